import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { invariantNumbers } from "../invariants/checker.ts";
import { type Canary, canaries } from "./canaries.ts";
import { clusterDeps } from "./cluster-deps-fixture.ts";
import { makePlan } from "./make-plan.ts";
import { runPlan } from "./run-plan.ts";

test("there is a canary for every invariant, and for coming right in the end", () => {
  const covered = new Set(canaries.map(({ invariant }) => invariant));
  assert.deepEqual(covered, new Set([...invariantNumbers, "converges"]));
});

/** All that a chance may need; most faults are found within the first few. */
const seedsMost = 60;

async function isCaught({ invariant, tampering }: Canary): Promise<boolean> {
  for (let seed = 1; seed <= seedsMost; seed += 1) {
    const plan = makePlan({ seed, hostCount: 1, seconds: 30, tampering });
    const { failures } = await runPlan(plan, clusterDeps);
    if (failures.some((one) => one.invariant === invariant)) return true;
  }
  return false;
}

describe("a fault that is planted on purpose is found by the checker of its invariant", () => {
  for (const canary of canaries) {
    test(`${canary.invariant}: ${canary.fault}`, async () => {
      assert.ok(await isCaught(canary), `not found in ${seedsMost} clusters`);
    });
  }
});
