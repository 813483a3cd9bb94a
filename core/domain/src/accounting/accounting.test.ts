import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { cpuLimitOfShares, kernelDefaultCpuLimit } from "../structure/cpu-limit.ts";
import {
  accountChange,
  accountMemory,
  accountMemoryChange,
  accountWindow,
  emptyAccounting,
  utilization,
} from "./accounting.ts";

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
      cpu: { used: 0.5, allocated: 1, reserved: 4 },
      mem: { used: 0, allocated: 0, reserved: 0 },
      throttledSeconds: 0,
      changes: 0,
    });
  });

  test("without a limit allocates the max", () => {
    const { cpu } = accountWindow(emptyAccounting, {
      ...window,
      limit: kernelDefaultCpuLimit,
    });
    assert.equal(cpu.allocated, 4);
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
        assert.ok(Math.abs(halves.cpu.allocated - whole.cpu.allocated) < 1e-9);
        assert.ok(Math.abs(halves.cpu.used - whole.cpu.used) < 1e-9);
      }),
    );
  });
});

describe("a window of memory", () => {
  const memory = { seconds: 2, usedMib: 100, limitMib: 256, maxMib: 1024 };

  test("adds what was used, held and reserved, in MiB-seconds, and nothing to cpu", () => {
    const { cpu, mem } = accountMemory(emptyAccounting, memory);
    assert.deepEqual(mem, { used: 200, allocated: 512, reserved: 2048 });
    assert.deepEqual(cpu, emptyAccounting.cpu);
  });

  test("without a limit allocates the max", () => {
    const { mem } = accountMemory(emptyAccounting, { ...memory, limitMib: null });
    assert.equal(mem.allocated, 2048);
  });

  test("has a utilization of its own", () => {
    const accounting = accountMemory(emptyAccounting, memory);
    assert.equal(utilization(accounting, "mem"), 200 / 512);
    assert.equal(utilization(accounting, "cpu"), undefined);
  });

  test("a change of its limit hands out nothing", () => {
    const { mem, changes } = accountMemoryChange(accountMemory(emptyAccounting, memory));
    assert.deepEqual([mem.allocated, changes], [512, 1]);
  });
});

describe("a change", () => {
  test("is charged what it handed out, and counted once", () => {
    const { cpu, changes } = accountChange(emptyAccounting, 80);
    // 80 shares for a second are 0.8 core-seconds.
    assert.ok(Math.abs(cpu.allocated - 0.8) < 1e-12);
    assert.equal(changes, 1);
  });
});

test("utilization is used over allocated, and not known before anything was allocated", () => {
  assert.equal(utilization(emptyAccounting, "cpu"), undefined);
  assert.equal(utilization(accountWindow(emptyAccounting, window), "cpu"), 0.5);
});
