import type { MonotonicSeconds } from "@sc/domain";

/** Lets a thing that keeps happening through once in a while only. */
export class Repeats {
  readonly #everySeconds: number;
  readonly #lastByKey = new Map<string, MonotonicSeconds>();

  constructor(everySeconds: number) {
    this.#everySeconds = everySeconds;
  }

  /** Whether it has not happened for that long; if so, it counts as happened now. */
  isNew(key: string, at: MonotonicSeconds): boolean {
    const last = this.#lastByKey.get(key);
    if (last !== undefined && at - last < this.#everySeconds) return false;
    this.#lastByKey.set(key, at);
    return true;
  }

  /** What is long over needs no memory. */
  forgetBefore(at: MonotonicSeconds): void {
    for (const [key, last] of this.#lastByKey) {
      if (at - last >= this.#everySeconds) this.#lastByKey.delete(key);
    }
  }

  clear(): void {
    this.#lastByKey.clear();
  }
}
