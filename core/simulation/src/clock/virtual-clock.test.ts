import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { timersSuite } from "@sc/ports/testing";
import { VirtualClock } from "./virtual-clock.ts";

timersSuite("the virtual clock", () => {
  const clock = new VirtualClock();
  return {
    clock,
    timers: clock,
    unitSeconds: 1,
    pass: async (seconds) => clock.advance(seconds),
    block: (seconds) => clock.stall(seconds),
    close: () => undefined,
  };
});

describe("VirtualClock", () => {
  test("time stands still until it is advanced", () => {
    const clock = new VirtualClock();
    assert.equal(clock.monotonic(), 0);
    clock.advance(1.5);
    assert.equal(clock.monotonic(), 1.5);
    clock.runUntil(4);
    assert.equal(clock.monotonic(), 4);
  });

  test("a timer sees exactly the moment it was set for", () => {
    const clock = new VirtualClock();
    const seen: number[] = [];
    clock.after(0.25, () => seen.push(clock.monotonic()));
    clock.every(0.1, () => seen.push(clock.monotonic()));
    clock.advance(0.3);
    assert.deepEqual(seen, [0.1, 0.2, 0.25, 0.3]);
  });

  test("ten thousand periods of a tenth of a second do not drift", () => {
    const clock = new VirtualClock();
    let last = 0;
    let calls = 0;
    clock.every(0.1, () => {
      calls += 1;
      last = clock.monotonic();
    });
    clock.advance(1000);
    assert.equal(calls, 10_000);
    assert.equal(last, 1000);
  });

  test("timers of one moment run in the order in which they were made", () => {
    const clock = new VirtualClock();
    const order: string[] = [];
    clock.after(1, () => order.push("a"));
    clock.every(0.5, () => order.push("b"));
    clock.after(1, () => order.push("c"));
    clock.advance(1);
    assert.deepEqual(order, ["b", "a", "b", "c"]);
  });

  test("a wall clock that is set back changes stamps and no duration", () => {
    const clock = new VirtualClock({ wallSeconds: 1000 });
    let calls = 0;
    clock.every(1, () => {
      calls += 1;
    });
    clock.advance(2);
    clock.stepWall(-600);
    clock.advance(2);
    assert.equal(clock.wall(), 404);
    assert.equal(clock.monotonic(), 4);
    assert.equal(calls, 4);
  });

  test("a timer cannot advance the clock that runs it", () => {
    const clock = new VirtualClock();
    clock.after(1, () => clock.advance(1));
    assert.throws(() => clock.advance(2), /does not advance the clock/);
  });

  test("time does not run backwards", () => {
    const clock = new VirtualClock();
    clock.advance(2);
    assert.throws(() => clock.runUntil(1), /backwards/);
  });
});
