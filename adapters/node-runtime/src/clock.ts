import { type MonotonicSeconds, monotonicSeconds, type WallSeconds, wallSeconds } from "@sc/domain";
import type { Clock, Timer, Timers } from "@sc/ports";

const nanosecondsPerSecond = 1e9;
const millisecondsPerSecond = 1000;

/** The machine's own clocks. */
export class NodeClock implements Clock {
  /** `performance.now()` is the same clock, read without making garbage, from another beginning. */
  readonly #originSeconds = sinceBootSeconds() - performance.now() / millisecondsPerSecond;

  /** Since boot: comparable between processes of one boot. */
  monotonic(): MonotonicSeconds {
    return monotonicSeconds(this.#originSeconds + performance.now() / millisecondsPerSecond);
  }

  wall(): WallSeconds {
    return wallSeconds(Date.now() / millisecondsPerSecond);
  }
}

function sinceBootSeconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds / nanosecondsPerSecond;
}

export class NodeTimers implements Timers {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  every(periodSeconds: number, run: () => void): Timer {
    const begin = this.#clock.monotonic();
    let calls = 0;
    let timeout: NodeJS.Timeout;
    const schedule = (): void => {
      const passed = this.#clock.monotonic() - begin;
      // The next call that is still to come: what was missed is skipped.
      calls = Math.max(calls + 1, Math.ceil(passed / periodSeconds));
      const waitSeconds = calls * periodSeconds - passed;
      timeout = setTimeout(tick, Math.max(waitSeconds * millisecondsPerSecond, 0));
    };
    const tick = (): void => {
      schedule();
      run();
    };
    schedule();
    return { cancel: () => clearTimeout(timeout) };
  }

  after(seconds: number, run: () => void): Timer {
    if (seconds === 0) {
      // A time-out of 0 is one of a whole millisecond.
      const immediate = setImmediate(run);
      return { cancel: () => clearImmediate(immediate) };
    }
    const timeout = setTimeout(run, seconds * millisecondsPerSecond);
    return { cancel: () => clearTimeout(timeout) };
  }
}
