import type { MonotonicSeconds } from "@sc/domain";
import type { Throttling } from "@sc/ports";

/** Seconds over which the throttled ratio is taken. */
const windowSeconds = 10;

interface Reading extends Throttling {
  readonly at: MonotonicSeconds;
}

/** How often a container had to wait for its quota of late, as the kernel counts it. */
export class ThrottleReadings {
  readonly #readings: Reading[] = [];

  get newest(): Throttling | undefined {
    return this.#readings.at(-1);
  }

  /** Answers with the seconds that came since the reading before. */
  take(at: MonotonicSeconds, throttling: Throttling): number {
    const readings = this.#readings;
    const before = readings.at(-1)?.throttledSeconds;
    const { periods, throttledPeriods, throttledSeconds } = throttling;
    readings.push({ periods, throttledPeriods, throttledSeconds, at });
    // One reading at or before the window's begin stays, to have something to subtract.
    while ((readings[1]?.at ?? at) <= at - windowSeconds) readings.shift();
    // A counter that began anew says nothing.
    return before === undefined ? 0 : Math.max(throttledSeconds - before, 0);
  }

  /** `undefined` while the kernel counted no period: a container without a limit has none. */
  ratio(now: MonotonicSeconds): number | undefined {
    const newest = this.#readings.at(-1);
    const oldest = this.#readings[0];
    if (newest === undefined || oldest === undefined) return undefined;
    if (newest.at < now - windowSeconds) return 0;
    const periods = newest.periods - oldest.periods;
    return periods > 0 ? (newest.throttledPeriods - oldest.throttledPeriods) / periods : undefined;
  }
}
