import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { cpuLimitOfShares, kernelDefaultCpuLimit } from "../structure/cpu-limit.ts";
import { accountChange, accountWindow, emptyAccounting, utilization } from "./accounting.ts";

const window = {
  seconds: 2,
  usedCoreSeconds: 0.5,
  limit: cpuLimitOfShares(50, 100),
  maxShares: 200,
};

describe("a window", () => {
  test("adds what was used, held and reserved", () => {
    assert.deepEqual(accountWindow(emptyAccounting, window), {
      watchedSeconds: 2,
      usedCoreSeconds: 0.5,
      allocatedCoreSeconds: 1,
      reservedCoreSeconds: 4,
      throttledSeconds: 0,
      changes: 0,
    });
  });

  test("without a limit allocates the max", () => {
    const { allocatedCoreSeconds } = accountWindow(emptyAccounting, {
      ...window,
      limit: kernelDefaultCpuLimit,
    });
    assert.equal(allocatedCoreSeconds, 4);
  });

  test("keeps what is counted elsewhere", () => {
    const before = { ...emptyAccounting, throttledSeconds: 3, changes: 4 };
    const after = accountWindow(before, window);
    assert.deepEqual([after.throttledSeconds, after.changes], [3, 4]);
  });

  test("cut in two accounts for the same", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (share) => {
        const parts = [share, 1 - share].map((part) => ({
          ...window,
          seconds: window.seconds * part,
          usedCoreSeconds: window.usedCoreSeconds * part,
        }));
        const halves = parts.reduce(accountWindow, emptyAccounting);
        const whole = accountWindow(emptyAccounting, window);
        assert.ok(Math.abs(halves.allocatedCoreSeconds - whole.allocatedCoreSeconds) < 1e-9);
        assert.ok(Math.abs(halves.usedCoreSeconds - whole.usedCoreSeconds) < 1e-9);
      }),
    );
  });
});

describe("a change", () => {
  test("is charged one quota of its period for each write, and counted once", () => {
    const { allocatedCoreSeconds, changes } = accountChange(
      emptyAccounting,
      cpuLimitOfShares(80, 500),
      2,
    );
    // 80 shares for 500 ms, twice.
    assert.ok(Math.abs(allocatedCoreSeconds - 0.8) < 1e-12);
    assert.equal(changes, 1);
  });

  test("to no limit hands out no quota", () => {
    assert.equal(accountChange(emptyAccounting, kernelDefaultCpuLimit, 3).allocatedCoreSeconds, 0);
  });
});

test("utilization is used over allocated, and not known before anything was allocated", () => {
  assert.equal(utilization(emptyAccounting), undefined);
  assert.equal(utilization(accountWindow(emptyAccounting, window)), 0.5);
});
