/**
 * Points on their way to a store, in append-only files: what is appended goes to the newest, what is
 * sent comes from the oldest, and a file whose frames are all done is removed. Like the journal it is
 * not flushed: it must outlive the process, and a power cut may cost the last seconds.
 *
 * What was sent is known in memory only, what is done is noted beside the file: a frame that was sent
 * and is not done comes again after a death, with the same metrics, tags and times.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SeriesPoint } from "@sc/domain";
import type { Log, PointQueue, PointQueueStatus, QueuedBatch, SentBatch } from "@sc/ports";
import { frameOf, framePointsMost, headBytes, pointsIn } from "./frame.ts";
import { Segment, segmentName } from "./segment.ts";

export interface FilePointQueueOptions {
  /** Nobody else's; made when it is not there. */
  readonly folder: string;
  /** Most that all files take. */
  readonly bytesMost: number;
  readonly log: Log;
}

/** A file is lost as a whole when room is needed: an eighth at a time, and no file is huge. */
const segmentsLeast = 8;
const segmentBytesMost = 8 * 1_048_576;
/** While the disk hangs so many appends wait in memory; what comes then is lost. */
const appendsMost = 8;

export class FilePointQueue implements PointQueue {
  readonly #options: FilePointQueueOptions;
  readonly #segmentBytes: number;
  /** Oldest first; what an earlier process left is never appended to. */
  #segments: Segment[] = [];
  #tail: Segment | undefined;
  #lastNumber = 0;
  #isOpen = false;
  #isClosed = false;
  #appends: Promise<unknown> = Promise.resolve();
  #turns: Promise<unknown> = Promise.resolve();
  #appendsWaiting = 0;
  #lost = 0;
  #failure: string | undefined;

  constructor(options: FilePointQueueOptions) {
    this.#options = options;
    this.#segmentBytes = Math.min(segmentBytesMost, options.bytesMost / segmentsLeast);
  }

  async append(points: Iterable<SeriesPoint>): Promise<void> {
    if (this.#isClosed || this.#appendsWaiting >= appendsMost) {
      for (const _ of points) this.#lost += 1;
      return;
    }
    this.#appendsWaiting += 1;
    const appended = this.#appends.then(() => this.#appendFrames(points));
    this.#appends = appended;
    await appended;
    this.#appendsWaiting -= 1;
  }

  next(): Promise<QueuedBatch | undefined> {
    return this.#inTurn(async () => {
      for (;;) {
        const oldest = this.#segments.find((segment) => !segment.isSent);
        if (oldest === undefined) return undefined;
        const batch = await batchOf(oldest);
        if (batch !== undefined) return batch;
        this.#options.log.warn("points that wait for a store cannot be read and are lost", {
          folder: this.#options.folder,
          points: oldest.waiting,
        });
        await this.#lose(oldest);
      }
    }, undefined);
  }

  sent({ id, count }: SentBatch): Promise<void> {
    return this.#inTurn(async () => {
      const { segment, from, upTo } = this.#placeOf(id);
      if (segment?.sentBytes === from) segment.noteSent(upTo, count);
    }, undefined);
  }

  done({ id, count }: SentBatch): Promise<void> {
    return this.#inTurn(async () => {
      const { segment, from, upTo } = this.#placeOf(id);
      if (segment === undefined || segment.doneBytes !== from || segment.sentBytes < upTo) return;
      await segment.noteDone(upTo, count);
      if (segment.isDone) await this.#remove(segment);
    }, undefined);
  }

  rewind(): Promise<void> {
    return this.#inTurn(async () => {
      for (const segment of this.#segments) segment.rewind();
    }, undefined);
  }

  status(): PointQueueStatus {
    let [waiting, bytes] = [0, 0];
    for (const segment of this.#segments) {
      waiting += segment.waiting;
      bytes += segment.bytes;
    }
    return { waiting, bytes, lost: this.#lost, failure: this.#failure };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#appends;
    await this.#turns;
  }

  #placeOf(id: string) {
    const [number, from = 0, upTo = 0] = id.split(".").map(Number);
    return { segment: this.#segments.find((each) => each.number === number), from, upTo };
  }

  async #appendFrames(points: Iterable<SeriesPoint>): Promise<void> {
    let frame: SeriesPoint[] = [];
    for (const point of points) {
      frame.push(point);
      if (frame.length < framePointsMost) continue;
      await this.#appendFrame(frame);
      frame = [];
    }
    if (frame.length > 0) await this.#appendFrame(frame);
  }

  async #appendFrame(points: readonly SeriesPoint[]): Promise<void> {
    const frame = await frameOf(points);
    const isWritten = await this.#inTurn(async () => {
      await this.#makeRoom(frame.length);
      const tail = this.#tailFor(frame.length);
      await tail.append(frame, points.length);
      if (!this.#segments.includes(tail)) this.#segments.push(tail);
      return true;
    }, false);
    if (!isWritten) this.#lost += points.length;
  }

  #tailFor(bytes: number): Segment {
    const tail = this.#tail;
    if (tail !== undefined && tail.bytes + bytes <= this.#segmentBytes) return tail;
    // A number that a failure left without a file is not used again.
    this.#lastNumber += 1;
    this.#tail = new Segment(this.#options.folder, this.#lastNumber);
    return this.#tail;
  }

  async #makeRoom(bytes: number): Promise<void> {
    let lost = 0;
    for (let [oldest] = this.#segments; oldest !== undefined; [oldest] = this.#segments) {
      if (this.status().bytes + bytes <= this.#options.bytesMost) break;
      lost += oldest.waiting;
      await this.#lose(oldest);
    }
    if (lost === 0) return;
    const { folder, log } = this.#options;
    log.warn("the queue of a store is full; its oldest points are lost", { folder, points: lost });
  }

  async #lose(segment: Segment): Promise<void> {
    this.#lost += segment.waiting;
    await this.#remove(segment);
  }

  async #remove(segment: Segment): Promise<void> {
    this.#segments = this.#segments.filter((each) => each !== segment);
    if (this.#tail === segment) this.#tail = undefined;
    await segment.remove();
  }

  /** One after the other, each with the files known; what fails is told and tried again by the next. */
  #inTurn<Value>(run: () => Promise<Value>, otherwise: Value): Promise<Value> {
    const turn = this.#turns.then(async () => {
      try {
        if (!this.#isOpen) await this.#open();
        this.#isOpen = true;
        const value = await run();
        this.#failed(undefined);
        return value;
      } catch (error) {
        this.#failed(error instanceof Error ? error.message : String(error));
        return otherwise;
      }
    });
    this.#turns = turn;
    return turn;
  }

  #failed(failure: string | undefined): void {
    if (this.#failure === failure) return;
    const { folder, log } = this.#options;
    if (failure === undefined) log.info("the queue of a store goes well again", { folder });
    else log.error("the queue of a store cannot be used; its points are lost", { folder, failure });
    this.#failure = failure;
  }

  async #open(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = await readdir(folder);
    const segments: Segment[] = [];
    for (const name of names.toSorted()) {
      const [, number, kind] = segmentName.exec(name) ?? [];
      if (kind === "done" && !names.includes(`${number}.points`)) await rm(join(folder, name));
      if (kind !== "points") continue;
      const segment = new Segment(folder, Number(number));
      await segment.examine();
      this.#lastNumber = segment.number;
      if (segment.isDone) await segment.remove();
      else segments.push(segment);
    }
    this.#segments = segments;
  }
}

/** The first frame that was not sent; its place is its name. */
async function batchOf(segment: Segment): Promise<QueuedBatch | undefined> {
  const { number, sentBytes } = segment;
  const frame = await segment.readFrame();
  const points = frame === undefined ? undefined : await pointsIn(frame.head, frame.body);
  if (frame === undefined || points === undefined) return undefined;
  const upTo = sentBytes + headBytes + frame.head.bodyBytes;
  return { id: `${number}.${sentBytes}.${upTo}`, points, count: points.length };
}
