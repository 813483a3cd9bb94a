import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FrameHead, headAt, headBytes } from "./frame.ts";

const digits = 16;
export const segmentName = /^(\d{16})\.(points|done)$/;

/** One file of frames, and beside it how many are done. */
export class Segment {
  readonly number: number;
  readonly #path: string;
  readonly #donePath: string;
  /** Bytes of whole frames. */
  bytes = 0;
  /** Of them those that are done, and those that were sent. */
  doneBytes = 0;
  sentBytes = 0;
  /** Points that are not done, and of them those that were not sent. */
  #undone = 0;
  waiting = 0;

  constructor(folder: string, number: number) {
    const stem = join(folder, String(number).padStart(digits, "0"));
    this.number = number;
    this.#path = `${stem}.points`;
    this.#donePath = `${stem}.done`;
  }

  /** Of an earlier process: a frame that its death cut off ends what can be read. */
  async examine(): Promise<void> {
    const done = await this.#readDone();
    const bytes = await readFile(this.#path);
    for (let head = headAt(bytes, 0); head !== undefined; head = headAt(bytes, this.bytes)) {
      const end = this.bytes + headBytes + head.bodyBytes;
      if (end > bytes.length) break;
      if (this.bytes >= done) this.#undone += head.points;
      else this.doneBytes = end;
      this.bytes = end;
    }
    this.rewind();
  }

  /** A frame is there whole or not at all. */
  async append(frame: Buffer, points: number): Promise<void> {
    const handle = await open(this.#path, this.bytes === 0 ? "w" : "r+", 0o600);
    try {
      const { bytesWritten } = await handle.write(frame, 0, frame.length, this.bytes);
      if (bytesWritten < frame.length) {
        await handle.truncate(this.bytes);
        throw new Error("no space left on the disk");
      }
    } finally {
      await handle.close();
    }
    this.bytes += frame.length;
    this.#undone += points;
    this.waiting += points;
  }

  /** The first frame that is not sent; `undefined` = what is there is no frame. */
  async readFrame(): Promise<{ readonly head: FrameHead; readonly body: Buffer } | undefined> {
    const handle = await open(this.#path, "r");
    try {
      const start = Buffer.alloc(headBytes);
      await handle.read(start, 0, headBytes, this.sentBytes);
      const head = headAt(start, 0);
      if (head === undefined || this.sentBytes + headBytes + head.bodyBytes > this.bytes) {
        return undefined;
      }
      const body = Buffer.alloc(head.bodyBytes);
      const { bytesRead } = await handle.read(body, 0, body.length, this.sentBytes + headBytes);
      return bytesRead < body.length ? undefined : { head, body };
    } finally {
      await handle.close();
    }
  }

  noteSent(upTo: number, points: number): void {
    this.sentBytes = upTo;
    this.waiting -= points;
  }

  rewind(): void {
    this.sentBytes = this.doneBytes;
    this.waiting = this.#undone;
  }

  async noteDone(upTo: number, points: number): Promise<void> {
    this.doneBytes = upTo;
    this.#undone -= points;
    if (!this.isDone) await writeFile(this.#donePath, String(upTo).padStart(digits, "0"));
  }

  get isSent(): boolean {
    return this.sentBytes >= this.bytes;
  }

  get isDone(): boolean {
    return this.doneBytes >= this.bytes;
  }

  /** The frames first: how far they are done must not be forgotten before them. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
    await rm(this.#donePath, { force: true });
  }

  async #readDone(): Promise<number> {
    try {
      return Number(await readFile(this.#donePath, "utf8"));
    } catch {
      // It is not there before the first frame is done; sending again harms nothing.
      return 0;
    }
  }
}
