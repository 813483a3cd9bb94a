import type { MonotonicSeconds, WallSeconds } from "@sc/domain";

export interface Clock {
  /** For durations: never steps back, also when someone sets the clock. */
  monotonic(): MonotonicSeconds;
  /** For stamps. */
  wall(): WallSeconds;
}

export interface Timers {
  /**
   * Calls `run` every `periodSeconds`, aligned to its start: a late call does not shift the ones
   * after it, and calls that were missed are skipped, not made up for. The first comes a period
   * from now.
   */
  every(periodSeconds: number, run: () => void): Timer;
  after(seconds: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}
