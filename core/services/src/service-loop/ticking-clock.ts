import { type MonotonicSeconds, monotonicSeconds, type WallSeconds, wallSeconds } from "@sc/domain";
import type { Clock, Timer, Timers } from "@sc/ports";

/** For tests of services that look at the clock once a second: time passes in whole seconds. */
export class TickingClock implements Clock, Timers {
  #now = 1000;
  readonly #timers = new Set<{ readonly periodSeconds: number; readonly run: () => void }>();

  monotonic(): MonotonicSeconds {
    return monotonicSeconds(this.#now);
  }

  wall(): WallSeconds {
    return wallSeconds(1_700_000_000 + this.#now);
  }

  every(periodSeconds: number, run: () => void): Timer {
    const timer = { periodSeconds, run };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  after(seconds: number, run: () => void): Timer {
    const timer: Timer = this.every(seconds, () => {
      timer.cancel();
      run();
    });
    return timer;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Time passes, and nobody comes. */
  skip(seconds: number): void {
    this.#now += seconds;
  }

  tick(seconds = 1): void {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.#now += 1;
      for (const { periodSeconds, run } of [...this.#timers]) {
        if ((this.#now - 1000) % periodSeconds === 0) run();
      }
    }
  }
}

/** A log that keeps what was said. */
export class KeptLog {
  readonly lines: string[] = [];

  info = (message: string): void => void this.lines.push(`info ${message}`);
  warn = (message: string): void => void this.lines.push(`warn ${message}`);
  error = (message: string): void => void this.lines.push(`error ${message}`);
}
