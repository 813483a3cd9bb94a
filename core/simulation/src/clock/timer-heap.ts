/** A timer that waits; those due at the same moment run in the order in which they were made. */
export interface PendingTimer {
  dueUs: number;
  readonly sequence: number;
  readonly periodUs: number | undefined;
  readonly run: () => void;
  /** It stays in the heap until it comes to the top. */
  isCancelled: boolean;
}

/** Timers of which the next one is at hand: a binary heap, as hosts have thousands of them. */
export class TimerHeap {
  readonly #timers: PendingTimer[] = [];

  /** The one that is due first, or none. */
  next(): PendingTimer | undefined {
    while (this.#timers[0]?.isCancelled === true) this.takeNext();
    return this.#timers[0];
  }

  add(timer: PendingTimer): void {
    this.#timers.push(timer);
    this.#rise(timer, this.#timers.length - 1);
  }

  takeNext(): void {
    const last = this.#timers.pop();
    if (last === undefined || this.#timers.length === 0) return;
    this.#sink(last, 0);
  }

  #rise(timer: PendingTimer, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#timers[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      this.#timers[index] = above;
      index = parent;
    }
    this.#timers[index] = timer;
  }

  #sink(timer: PendingTimer, from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const a = this.#timers[left];
      const b = this.#timers[right];
      if (a === undefined) break;
      const isRight = b !== undefined && isBefore(b, a);
      const below = isRight ? b : a;
      if (!isBefore(below, timer)) break;
      this.#timers[index] = below;
      index = isRight ? right : left;
    }
    this.#timers[index] = timer;
  }
}

const isBefore = (a: PendingTimer, b: PendingTimer): boolean =>
  a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.sequence < b.sequence);
