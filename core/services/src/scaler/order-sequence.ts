import type { MonotonicSeconds } from "@sc/domain";

/**
 * Numbers of orders, strictly growing also over restarts of the process on one boot: the monotonic
 * clock counts from boot, in microseconds, and no process makes a million orders a second for long.
 */
export class OrderSequence {
  #last = 0;

  /** The first of `count` numbers that follow each other. */
  take(count: number, at: MonotonicSeconds): number {
    const first = Math.max(this.#last + 1, Math.floor(at * 1e6));
    this.#last = first + count - 1;
    return first;
  }
}
