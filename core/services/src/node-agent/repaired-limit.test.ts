import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cpuLimitOfShares, kernelDefaultCpuLimit } from "@sc/domain";
import { repairedCpuLimit, repairedMemLimit } from "./repaired-limit.ts";

const band = { min: 50, max: 400 };
const owners = { ...kernelDefaultCpuLimit, quotaShares: null };

describe("what is written back over another hand's limit", () => {
  test("is what was there, where it was the owner's", () => {
    assert.deepEqual(repairedCpuLimit(owners, owners, band), owners);
    assert.equal(repairedMemLimit(null, null, { band, floor: 100 }), null);
  });

  test("is ours, within the band of its owner", () => {
    const quotaOf = (shares: number) =>
      repairedCpuLimit(cpuLimitOfShares(shares, 100), owners, band).quotaShares;
    assert.deepEqual([80, 20, 900].map(quotaOf), [80, 50, 400]);
  });

  test("is max where there was no limit that the owner knew", () => {
    const mixed = { ...owners, weight: 80, periodMs: 1000 };
    const { quotaShares, burstShares, weight } = repairedCpuLimit(mixed, owners, band);
    assert.deepEqual([quotaShares, burstShares, weight], [400, 0, 400]);
    assert.equal(repairedMemLimit(null, 900, { band, floor: 100 }), 400);
  });

  test("of memory leaves what is in use by now, margin included", () => {
    assert.equal(repairedMemLimit(80, 900, { band, floor: 120 }), 120);
    assert.equal(repairedMemLimit(300, 900, { band, floor: 120 }), 300);
  });
});
