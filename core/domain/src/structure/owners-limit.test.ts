import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CpuLimit, cpuLimitOfShares, kernelDefaultCpuLimit } from "./cpu-limit.ts";
import { ownersLimit } from "./owners-limit.ts";

const first: CpuLimit = { ...kernelDefaultCpuLimit, quotaShares: 200 };
const ours = cpuLimitOfShares(80, 100);

const rows: readonly { what: string; found: CpuLimit; wanted: CpuLimit }[] = [
  { what: "nothing changed: the first limit", found: ours, wanted: first },
  {
    what: "all was put back: the first limit",
    found: first,
    wanted: first,
  },
  {
    what: "a tool set the quota: its quota, the first weight",
    found: { ...ours, quotaShares: 150 },
    wanted: { ...first, quotaShares: 150 },
  },
  {
    what: "a tool set the weight: its weight, the first quota",
    found: { ...ours, weight: 40 },
    wanted: { ...first, weight: 40 },
  },
  {
    what: "another hand wrote all: all of it",
    found: { quotaShares: 30, burstShares: 5, periodMs: 500, weight: 7 },
    wanted: { quotaShares: 30, burstShares: 5, periodMs: 500, weight: 7 },
  },
  {
    what: "the quota was taken off: none, with the first weight",
    found: { ...ours, quotaShares: null },
    wanted: { ...first, quotaShares: null },
  },
];

describe("the owner's limit when", () => {
  for (const { what, found, wanted } of rows) {
    test(what, () => assert.deepEqual(ownersLimit({ first, ours: [ours], found }), wanted));
  }

  test("a process died between two writes: the first limit", () => {
    const next = cpuLimitOfShares(60, 100);
    const found = { ...ours, quotaShares: 60 };
    assert.deepEqual(ownersLimit({ first, ours: [ours, next], found }), first);
  });

  test("the first burst is above a quota that was set since: as much as the kernel takes", () => {
    const bursting = { ...first, burstShares: 100 };
    const found = { ...ours, quotaShares: 50 };
    assert.equal(ownersLimit({ first: bursting, ours: [ours], found }).burstShares, 50);
  });
});
