/**
 * Decides which time old history is measured by. The clock of the wall may jump: ahead by a year, and all
 * that is kept would be too old at once, gone before anyone sets the clock right. So this time follows
 * the readings, but gains on them at most three seconds with each that goes by, and a gap in them counts
 * for little. It is kept in the file, as a restart proves nothing about a clock.
 *
 *     an hour under a wrong clock       → five hours of the oldest history at most
 *     a server that was off for a month → caught up with after ten days; the size cap holds all the while
 *     a clock that steps back           → nothing is old before it came as far again; nothing waits for it
 *
 * The machine's own clock that only grows was refused as measure: it says nothing over restarts, and
 * readings come at their period just as surely.
 */
export class AgingClock {
  /** What one gap between two readings counts for at most. */
  static readonly gapMaxMs = 10 * 60_000;
  static readonly #pace = 4;
  #lastMs: number | undefined;
  #creditMs = 0;

  take(stampMs: number): void {
    const gapMs = this.#lastMs === undefined ? 0 : stampMs - this.#lastMs;
    this.#creditMs += AgingClock.#pace * Math.min(Math.max(gapMs, 0), AgingClock.gapMaxMs);
    this.#lastMs = stampMs;
  }

  /** Milliseconds; `knownMs` is the latest that was ever believed, `undefined` in a new history. */
  believedMs(knownMs: number | undefined): number {
    const stampMs = this.#lastMs ?? Number.NEGATIVE_INFINITY;
    const credit = this.#creditMs;
    this.#creditMs = 0;
    return knownMs === undefined ? stampMs : Math.min(stampMs, knownMs + credit);
  }
}
