import { type MonotonicSeconds, monotonicSeconds, type WallSeconds, wallSeconds } from "@sc/domain";
import type { Clock } from "@sc/ports";

/** A wall clock of its own: all hosts count the same seconds. */
export class HostClock implements Clock {
  aheadSeconds = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  monotonic(): MonotonicSeconds {
    return monotonicSeconds(this.#clock.monotonic());
  }

  wall(): WallSeconds {
    return wallSeconds(this.#clock.wall() + this.aheadSeconds);
  }
}
