import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Clock, Timers } from "../clock.ts";

/** What the suite needs of a clock under test; `unitSeconds` makes it quick on a real one. */
export interface TimersHarness {
  readonly clock: Clock;
  readonly timers: Timers;
  /** The suite's times are multiples of it: a second of virtual time, less on a real clock. */
  readonly unitSeconds: number;
  /** Lets time pass with timers running. */
  pass(seconds: number): Promise<void>;
  /** Lets time pass while nothing can run. */
  block(seconds: number): void;
  close(): void;
}

/** The promise of `Clock` and `Timers`, for the real clock and the virtual one. */
export function timersSuite(name: string, make: () => TimersHarness): void {
  describe(`${name} as clock and timers`, () => {
    let harness: TimersHarness;
    beforeEach(() => {
      harness = make();
    });
    afterEach(() => harness.close());
    const units = (count: number): number => count * harness.unitSeconds;

    clockTests(() => harness, units);
    afterTests(() => harness, units);
    everyTests(() => harness, units);
  });
}

type Units = (count: number) => number;

function clockTests(harness: () => TimersHarness, units: Units): void {
  test("the monotonic clock moves on by at least the time that passed", async () => {
    const { clock, pass } = harness();
    const before = clock.monotonic();
    await pass(units(2));
    // A real timer may fire a millisecond early against a clock of finer grain.
    assert.ok(clock.monotonic() - before >= units(2) - 0.002);
  });

  test("the wall clock shows seconds since 1970", () => {
    const year2020 = 1_577_836_800;
    const year2200 = 7_258_118_400;
    const wall = harness().clock.wall();
    assert.ok(wall > year2020 && wall < year2200);
  });
}

function afterTests(harness: () => TimersHarness, units: Units): void {
  test("a timer runs once, and not while the caller is still running", async () => {
    const { timers, pass } = harness();
    let calls = 0;
    timers.after(0, () => {
      calls += 1;
    });
    assert.equal(calls, 0);
    await pass(units(3));
    assert.equal(calls, 1);
  });

  test("timers run in the order of their times, not of their making", async () => {
    const { timers, pass } = harness();
    const order: string[] = [];
    timers.after(units(4), () => order.push("late"));
    timers.after(units(1), () => order.push("early"));
    await pass(units(6));
    assert.deepEqual(order, ["early", "late"]);
  });

  test("a cancelled timer does not run, and cancelling twice is no fault", async () => {
    const { timers, pass } = harness();
    let calls = 0;
    const timer = timers.after(units(1), () => {
      calls += 1;
    });
    timer.cancel();
    timer.cancel();
    await pass(units(3));
    assert.equal(calls, 0);
  });

  test("a timer may be set from within a timer", async () => {
    const { timers, pass } = harness();
    const order: string[] = [];
    timers.after(units(1), () => {
      order.push("outer");
      timers.after(units(1), () => order.push("inner"));
    });
    await pass(units(5));
    assert.deepEqual(order, ["outer", "inner"]);
  });
}

function everyTests(harness: () => TimersHarness, units: Units): void {
  test("a repeating timer comes first after a whole period, then again and again", async () => {
    const { clock, timers, pass } = harness();
    const start = clock.monotonic();
    const at: number[] = [];
    const timer = timers.every(units(2), () => at.push(clock.monotonic() - start));
    assert.deepEqual(at, []);
    await pass(units(9));
    timer.cancel();
    assert.ok(at.length >= 2, `ran ${at.length} times`);
    assert.ok((at[0] ?? 0) >= units(2) - 0.002);
  });

  test("a repeating timer can cancel itself while it runs", async () => {
    const { timers, pass } = harness();
    let calls = 0;
    const timer = timers.every(units(1), () => {
      calls += 1;
      timer.cancel();
    });
    await pass(units(5));
    assert.equal(calls, 1);
  });

  test("calls that were missed are skipped, not made up for", async () => {
    const { timers, pass, block } = harness();
    let calls = 0;
    const timer = timers.every(units(2), () => {
      calls += 1;
    });
    block(units(21));
    await pass(units(2));
    timer.cancel();
    // Ten periods passed while nothing could run; one late call and one or two in time remain.
    assert.ok(calls >= 1 && calls <= 3, `ran ${calls} times`);
  });

  test("a late call does not shift the ones after it", async () => {
    const { clock, timers, pass, block } = harness();
    const start = clock.monotonic();
    const periods: number[] = [];
    const timer = timers.every(units(4), () => {
      periods.push(Math.floor((clock.monotonic() - start) / units(4) + 0.01));
    });
    block(units(7));
    await pass(units(6));
    timer.cancel();
    // Late in the first period, then at 8 and perhaps 12, not at 7 + 4.
    assert.deepEqual(periods.slice(0, 2), [1, 2]);
  });
}
