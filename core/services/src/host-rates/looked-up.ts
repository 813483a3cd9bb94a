import type { MonotonicSeconds } from "@sc/domain";
import type { Clock } from "@sc/ports";

/** Where a container has none it may get one while it runs, but seldom does. */
const againSeconds = 60;

/** Something that is looked for once, and again after a while where it was not found. */
export class LookedUp<Found> {
  readonly #clock: Clock;
  #found: Found | undefined;
  #why: string | undefined;
  #missedAt: MonotonicSeconds | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get found(): Found | undefined {
    return this.#found;
  }

  /** Why there is none, for people. */
  get why(): string | undefined {
    return this.#why;
  }

  get isDue(): boolean {
    if (this.#found !== undefined) return false;
    return this.#missedAt === undefined || this.#clock.monotonic() - this.#missedAt >= againSeconds;
  }

  find(found: Found): void {
    this.#found = found;
    this.#why = undefined;
  }

  miss(why: string | undefined): void {
    this.#found = undefined;
    this.#why = why;
    this.#missedAt = this.#clock.monotonic();
  }

  /** It is no longer there: another may be at once. */
  lose(): void {
    this.#found = undefined;
    this.#missedAt = undefined;
  }
}
