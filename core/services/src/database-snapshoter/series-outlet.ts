/**
 * Brings points to one store of series: first into a queue that outlives the process, from there to the
 * store, oldest first and one batch at a time. A batch leaves the queue when the store has said that it
 * has it. A store that is away is asked again after a while that doubles, up to a minute, and is spread
 * by chance, so that many servers do not come back at the same moment.
 *
 * Nothing here is waited for by whoever brings points.
 */
import type { SeriesPoint } from "@sc/domain";
import type { Log, PointQueue, QueuedBatch, SeriesWriter, Timer, Timers } from "@sc/ports";

export interface SeriesOutletDeps {
  readonly name: string;
  readonly queue: PointQueue;
  readonly writer: SeriesWriter;
  readonly timers: Timers;
  readonly log: Log;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface SeriesOutletStatus {
  readonly name: string;
  /** Points since the start that the store has; that it will never take; that did not get there. */
  readonly sent: number;
  readonly refused: number;
  readonly lost: number;
  readonly waiting: number;
  readonly waitingMib: number;
  /** Why nothing is sent just now. */
  readonly away: string | undefined;
  /** Why the store refused points of the last batch. */
  readonly refusal: string | undefined;
  /** Why nothing can be kept for it just now. */
  readonly queueFailure: string | undefined;
}

const firstWaitSeconds = 1;
const longestWaitSeconds = 60;
/** A write that is under way at the end may still end by itself, so that it is not sent again. */
const lastWriteSeconds = 2;
const bytesPerMib = 1_048_576;

export class SeriesOutlet {
  readonly name: string;
  readonly #deps: SeriesOutletDeps;
  #calledOff = new AbortController();
  #sending: Promise<void> | undefined;
  #retry: Timer | undefined;
  #isStarted = false;
  /** Something was appended since the queue was found empty. */
  #isMore = false;
  #failures = 0;
  #sent = 0;
  #refused = 0;
  #away: string | undefined;
  #refusal: string | undefined;
  #refusalTold: string | undefined;

  constructor(deps: SeriesOutletDeps) {
    this.name = deps.name;
    this.#deps = deps;
  }

  /** What an earlier process left goes first. */
  start(): void {
    this.#isStarted = true;
    this.#calledOff = new AbortController();
    this.#wake();
  }

  take(points: Iterable<SeriesPoint>): void {
    void this.#deps.queue.append(points).then(() => this.#wake());
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    this.#retry?.cancel();
    this.#retry = undefined;
    const callOff = this.#deps.timers.after(lastWriteSeconds, () => this.#calledOff.abort());
    await this.#sending;
    callOff.cancel();
  }

  status(): SeriesOutletStatus {
    const { waiting, bytes, lost, failure } = this.#deps.queue.status();
    return {
      name: this.name,
      sent: this.#sent,
      refused: this.#refused,
      lost,
      waiting,
      waitingMib: bytes / bytesPerMib,
      away: this.#away,
      refusal: this.#refusal,
      queueFailure: failure,
    };
  }

  #wake(): void {
    this.#isMore = true;
    if (!this.#isStarted || this.#sending !== undefined || this.#retry !== undefined) return;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
      // It came after the last look at the queue.
      if (this.#isMore) this.#wake();
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#isStarted && this.#retry === undefined && this.#isMore) {
      this.#isMore = false;
      for (let batch = await this.#next(); batch !== undefined; batch = await this.#next()) {
        if (!(await this.#send(batch))) return;
      }
    }
  }

  async #next(): Promise<QueuedBatch | undefined> {
    return this.#isStarted ? this.#deps.queue.next() : undefined;
  }

  async #send(batch: QueuedBatch): Promise<boolean> {
    const answer = await this.#deps.writer.write(batch.points, this.#calledOff.signal);
    if (answer.kind === "away") {
      this.#noteAway(answer.text);
      return false;
    }
    const refused = answer.kind === "refused" ? answer.count : 0;
    this.#refusal = answer.kind === "refused" ? answer.text : undefined;
    if (answer.kind === "refused") this.#tellRefusal(answer.text);
    this.#noteBack();
    this.#refused += refused;
    this.#sent += batch.points.length - refused;
    await this.#deps.queue.done(batch);
    return true;
  }

  #noteAway(text: string): void {
    const { log, random, timers } = this.#deps;
    // What was called off says nothing about the store.
    if (!this.#isStarted) return;
    if (this.#away === undefined) {
      log.warn("a store of series is away; its points wait", { output: this.name, cause: text });
    }
    this.#away = text;
    const longest = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = timers.after(longest * (0.5 + random() / 2), () => {
      this.#retry = undefined;
      this.#wake();
    });
  }

  #noteBack(): void {
    this.#failures = 0;
    if (this.#away === undefined) return;
    this.#away = undefined;
    this.#deps.log.info("a store of series is there again", { output: this.name });
  }

  #tellRefusal(text: string): void {
    if (this.#refusalTold === text) return;
    this.#refusalTold = text;
    const { log } = this.#deps;
    log.warn("a store of series refuses points; they are lost", { output: this.name, cause: text });
  }
}
