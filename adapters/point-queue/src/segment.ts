import { open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FrameHead, headAt, headBytes } from "./frame.ts";

const digits = 16;
export const segmentName = /^(\d{16})\.(points|sent)$/;

/** One file of frames, and beside it how far a store has taken them. */
export class Segment {
  readonly number: number;
  readonly #path: string;
  readonly #sentPath: string;
  /** Bytes of whole frames. */
  bytes = 0;
  /** Of them those the store has. */
  sentBytes = 0;
  /** Points the store does not have. */
  waiting = 0;

  constructor(folder: string, number: number) {
    const stem = join(folder, String(number).padStart(digits, "0"));
    this.number = number;
    this.#path = `${stem}.points`;
    this.#sentPath = `${stem}.sent`;
  }

  /** Of an earlier process: a frame that its death cut off ends what can be read. */
  async examine(): Promise<void> {
    const sent = await this.#readSent();
    const bytes = await readFile(this.#path);
    for (let head = headAt(bytes, 0); head !== undefined; head = headAt(bytes, this.bytes)) {
      const end = this.bytes + headBytes + head.bodyBytes;
      if (end > bytes.length) break;
      if (this.bytes >= sent) this.waiting += head.points;
      else this.sentBytes = end;
      this.bytes = end;
    }
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

  /** Told to the disk after the store has it: a death in between sends it once more. */
  async noteSent(upTo: number, points: number): Promise<void> {
    this.sentBytes = upTo;
    this.waiting -= points;
    if (!this.isSent) await writeFile(this.#sentPath, String(upTo).padStart(digits, "0"));
  }

  get isSent(): boolean {
    return this.sentBytes >= this.bytes;
  }

  /** The frames first: how far they were sent must not be forgotten before them. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
    await rm(this.#sentPath, { force: true });
  }

  async #readSent(): Promise<number> {
    try {
      return Number(await readFile(this.#sentPath, "utf8"));
    } catch {
      // It is not there before the first frame is sent; sending again harms nothing.
      return 0;
    }
  }
}
