import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import { type MeasuredGroup, measureCase } from "./measure-case.ts";
import { ModelBed } from "./model-bed.ts";
import type { Job } from "./test-bed.ts";

/** Without the zero below 0. */
const rounded = (ms: number): number => Math.round(ms) + 0;

async function measure(limit: Partial<CpuLimit>, jobs: readonly Job[]): Promise<MeasuredGroup> {
  const groups = [
    { limit: { ...kernelDefaultCpuLimit, ...limit }, load: { kind: "jobs" as const, jobs } },
  ];
  const seconds = 2;
  const [measured] = await measureCase(new ModelBed(0), {
    what: "jobs",
    groups,
    seconds,
    figures: () => ({}),
  });
  assert.ok(measured !== undefined);
  return measured;
}

describe("jobs in the model", () => {
  const two = [
    { atSeconds: 0, coreSeconds: 0.05 },
    { atSeconds: 0.2, coreSeconds: 0.05 },
  ];

  test("are done when their work is, where nothing holds them", async () => {
    const { delaysMs, usedPercent } = await measure({}, two);
    assert.deepEqual(delaysMs.map(rounded), [0, 0]);
    assert.equal(Math.round(usedPercent), 5);
  });

  test("wait for the next period where the quota is used up", async () => {
    const { delaysMs, throttledPeriods } = await measure({ quotaShares: 40 }, two);
    // At once 40 ms, the rest a period later. Of that the core keeps 1 ms, so the next job is stopped not
    // after 40 ms but at the tick after 41.
    assert.deepEqual(delaysMs.map(rounded), [60, 56]);
    assert.equal(throttledPeriods, 2);
  });

  test("that are due together are done one after another", async () => {
    const at = { atSeconds: 0.1, coreSeconds: 0.03 };
    assert.deepEqual((await measure({}, [at, at])).delaysMs.map(rounded), [0, 30]);
  });

  test("that are not done in the time that is measured are waited for", async () => {
    const { delaysMs } = await measure({}, [{ atSeconds: 1.9, coreSeconds: 1 }]);
    assert.deepEqual(delaysMs.map(rounded), [0]);
  });
});
