import assert from "node:assert/strict";
import { test } from "node:test";
import { runOf } from "./runs.ts";

const names = { workload: "web", arm: "fixed", pair: 1 };
const nothing = { usedCoreSeconds: 0, allocatedCoreSeconds: 0, throttledSeconds: 0, changes: 0 };

test("counts what was due since the run counts, from when it was due to when it was done", () => {
  const run = runOf(names, {
    beganMs: 1000,
    // Due in the warm-up and late; then 100 that take 1 to 100 ms.
    done: [
      { dueMs: 999, endMs: 9000 },
      ...Array.from({ length: 100 }, (_, index) => ({ dueMs: 2900, endMs: 2901 + index })),
    ],
    before: { ...nothing, usedCoreSeconds: 5, throttledSeconds: 1, changes: 2 },
    after: { usedCoreSeconds: 7, allocatedCoreSeconds: 4, throttledSeconds: 1.5, changes: 5 },
    usedByKernel: 2.1,
    kills: 1,
    explained: "at max",
    observed: { held: 3, writes: 2, handedOutMost: 1.2 },
    usedByLoad: 0.5,
  });
  const { loadAverage, ...figures } = run;
  assert.ok(loadAverage >= 0);
  assert.deepEqual(figures, {
    ...names,
    runSeconds: 2,
    throughput: 50,
    p50Ms: 50,
    p99Ms: 99,
    used: 2,
    allocated: 4,
    throttledSeconds: 0.5,
    changes: 3,
    memUtilization: null,
    kills: 1,
    explained: "at max",
    usedByKernel: 2.1,
    held: 3,
    writes: 2,
    handedOutMost: 1.2,
    usedByLoad: 0.5,
  });
});
