import {
  invariant,
  type MonotonicSeconds,
  monotonicSeconds,
  type WallSeconds,
  wallSeconds,
} from "@sc/domain";
import type { Clock, Timer, Timers } from "@sc/ports";
import { type PendingTimer, TimerHeap } from "./timer-heap.ts";

/**
 * Time that moves only when it is told to, and runs every timer at exactly its moment, in order.
 * It is kept in whole microseconds, so that a run is the same run again, however it is advanced.
 */
export class VirtualClock implements Clock, Timers {
  #nowUs = 0;
  #wallAheadUs: number;
  #isAdvancing = false;
  #lastSequence = 0;
  readonly #pending = new TimerHeap();

  constructor(options: { readonly wallSeconds?: number } = {}) {
    this.#wallAheadUs = toUs(options.wallSeconds ?? 1_700_000_000);
  }

  monotonic(): MonotonicSeconds {
    return monotonicSeconds(this.#nowUs / usPerSecond);
  }

  wall(): WallSeconds {
    return wallSeconds((this.#nowUs + this.#wallAheadUs) / usPerSecond);
  }

  /** Someone sets the clock: stamps jump, durations do not. */
  stepWall(seconds: number): void {
    this.#wallAheadUs += toUs(seconds);
  }

  every(periodSeconds: number, run: () => void): Timer {
    invariant(toUs(periodSeconds) >= 1, "a period is at least a microsecond");
    return this.#add(toUs(periodSeconds), toUs(periodSeconds), run);
  }

  after(seconds: number, run: () => void): Timer {
    return this.#add(Math.max(0, toUs(seconds)), undefined, run);
  }

  /** Lets time pass, running what comes due on the way. */
  advance(seconds: number): void {
    this.#runUntilUs(this.#nowUs + toUs(seconds));
  }

  /** Lets time pass until the monotonic clock shows `seconds`. */
  runUntil(seconds: number): void {
    this.#runUntilUs(toUs(seconds));
  }

  /** Time passes and nothing runs, as when the process stands still; what came due is late. */
  stall(seconds: number): void {
    invariant(seconds >= 0, "time does not run backwards");
    this.#nowUs += toUs(seconds);
  }

  #add(delayUs: number, periodUs: number | undefined, run: () => void): Timer {
    this.#lastSequence += 1;
    const timer: PendingTimer = {
      dueUs: this.#nowUs + delayUs,
      sequence: this.#lastSequence,
      periodUs,
      run,
      isCancelled: false,
    };
    this.#pending.add(timer);
    return {
      cancel: () => {
        timer.isCancelled = true;
      },
    };
  }

  #runUntilUs(untilUs: number): void {
    invariant(!this.#isAdvancing, "a timer does not advance the clock that runs it");
    invariant(untilUs >= this.#nowUs, "time does not run backwards");
    this.#isAdvancing = true;
    try {
      for (let timer = this.#nextDue(untilUs); timer; timer = this.#nextDue(untilUs)) {
        this.#nowUs = Math.max(this.#nowUs, timer.dueUs);
        this.#reschedule(timer);
        timer.run();
      }
      // A timer may have stalled the clock past the end.
      this.#nowUs = Math.max(this.#nowUs, untilUs);
    } finally {
      this.#isAdvancing = false;
    }
  }

  #nextDue(untilUs: number): PendingTimer | undefined {
    const next = this.#pending.next();
    return next !== undefined && next.dueUs <= untilUs ? next : undefined;
  }

  #reschedule(timer: PendingTimer): void {
    this.#pending.takeNext();
    if (timer.periodUs === undefined) return;
    const periodsPassed = Math.floor((this.#nowUs - timer.dueUs) / timer.periodUs) + 1;
    timer.dueUs += periodsPassed * timer.periodUs;
    this.#pending.add(timer);
  }
}

const usPerSecond = 1_000_000;
const toUs = (seconds: number): number => Math.round(seconds * usPerSecond);
