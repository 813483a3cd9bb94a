import type { SeriesPoint } from "@sc/domain";
import type { PointQueue, PointQueueStatus, QueuedBatch, SentBatch } from "../point-queue.ts";

/** A queue that outlives nothing. */
export class InMemoryPointQueue implements PointQueue {
  readonly #batches: QueuedBatch[] = [];
  readonly #waitingMost: number;
  /** How many of them were sent. */
  #sent = 0;
  #last = 0;
  #lost = 0;
  #isClosed = false;

  constructor(options: { readonly waitingMost?: number } = {}) {
    this.#waitingMost = options.waitingMost ?? Infinity;
  }

  async append(points: Iterable<SeriesPoint>): Promise<void> {
    const taken = [...points];
    if (this.#isClosed) this.#lost += taken.length;
    if (this.#isClosed || taken.length === 0) return;
    this.#last += 1;
    this.#batches.push({ id: String(this.#last), points: taken, count: taken.length });
    while (this.#batches.length > 1 && this.status().waiting > this.#waitingMost) {
      const [oldest] = this.#batches.splice(0, 1);
      if (this.#sent > 0) this.#sent -= 1;
      else this.#lost += oldest?.count ?? 0;
    }
  }

  async next(): Promise<QueuedBatch | undefined> {
    return this.#batches[this.#sent];
  }

  async sent({ id }: SentBatch): Promise<void> {
    if (this.#batches[this.#sent]?.id === id) this.#sent += 1;
  }

  async done({ id }: SentBatch): Promise<void> {
    if (this.#sent === 0 || this.#batches[0]?.id !== id) return;
    this.#batches.shift();
    this.#sent -= 1;
  }

  async rewind(): Promise<void> {
    this.#sent = 0;
  }

  status(): PointQueueStatus {
    const waiting = this.#batches.slice(this.#sent).reduce((all, { count }) => all + count, 0);
    return { waiting, bytes: waiting, lost: this.#lost, failure: undefined };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }
}
