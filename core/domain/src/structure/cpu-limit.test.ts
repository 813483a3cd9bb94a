import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  cpuLimitOfShares,
  formatCpuLimit,
  grantedShares,
  isSameCpuLimit,
  kernelDefaultCpuLimit,
} from "./cpu-limit.ts";

test("a grant's weight is in proportion to it, and it has no burst", () => {
  assert.deepEqual(cpuLimitOfShares(150, 100), {
    quotaShares: 150,
    burstShares: 0,
    periodMs: 100,
    weight: 150,
  });
});

test("a limit grants its quota, and no limit what it is taken for", () => {
  assert.equal(grantedShares(cpuLimitOfShares(150, 100), 400), 150);
  assert.equal(grantedShares(kernelDefaultCpuLimit, 400), 400);
  assert.equal(grantedShares({ ...kernelDefaultCpuLimit, quotaShares: 0 }, 400), 0);
});

describe("two limits", () => {
  const limit = { quotaShares: 50, burstShares: 10, periodMs: 100, weight: 50 };
  const rows = [
    { what: "of another quota", changed: { quotaShares: 50.1 }, isSame: false },
    { what: "of which one has none", changed: { quotaShares: null }, isSame: false },
    { what: "of another burst", changed: { burstShares: 10.1 }, isSame: false },
    { what: "of another weight", changed: { weight: 51 }, isSame: false },
    {
      what: "as far apart as the kernel rounds",
      changed: { quotaShares: 50.004, weight: 50.09 },
      isSame: true,
    },
    { what: "of one ratio in another period", changed: { periodMs: 200 }, isSame: true },
  ];
  for (const { what, changed, isSame } of rows) {
    test(`${what} are ${isSame ? "the same" : "not the same"}`, () => {
      assert.equal(isSameCpuLimit(limit, { ...limit, ...changed }), isSame);
      assert.equal(isSameCpuLimit({ ...limit, ...changed }, limit), isSame);
    });
  }

  test("that are both none are the same", () => {
    assert.ok(isSameCpuLimit(kernelDefaultCpuLimit, { ...kernelDefaultCpuLimit }));
  });
});

describe("for people", () => {
  const rows = [
    { limit: kernelDefaultCpuLimit, text: "no limit" },
    { limit: cpuLimitOfShares(120, 100), text: "120 shares" },
    { limit: cpuLimitOfShares(33.3333, 100), text: "33.33 shares" },
    {
      limit: { quotaShares: 120, burstShares: 40, periodMs: 500, weight: 120 },
      text: "120 shares (burst 40, period 500 ms)",
    },
  ];
  for (const { limit, text } of rows) {
    test(`a limit reads “${text}”`, () => assert.equal(formatCpuLimit(limit), text));
  }
});
