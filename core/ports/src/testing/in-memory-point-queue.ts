import type { SeriesPoint } from "@sc/domain";
import type { PointQueue, PointQueueStatus, QueuedBatch } from "../point-queue.ts";

/** A queue that outlives nothing. */
export class InMemoryPointQueue implements PointQueue {
  readonly #batches: QueuedBatch[] = [];
  readonly #waitingMost: number;
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
    this.#batches.push({ id: String(this.#last), points: taken });
    while (this.#batches.length > 1 && this.status().waiting > this.#waitingMost) {
      this.#lost += this.#batches.shift()?.points.length ?? 0;
    }
  }

  async next(): Promise<QueuedBatch | undefined> {
    return this.#batches[0];
  }

  async done({ id }: QueuedBatch): Promise<void> {
    if (this.#batches[0]?.id === id) this.#batches.shift();
  }

  status(): PointQueueStatus {
    const waiting = this.#batches.reduce((all, { points }) => all + points.length, 0);
    return { waiting, bytes: waiting, lost: this.#lost, failure: undefined };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }
}
