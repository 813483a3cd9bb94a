import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clusterDeps } from "./cluster-deps-fixture.ts";
import { makePlan } from "./make-plan.ts";
import { runPlan } from "./run-plan.ts";

/** Few, for each change: `npm run simulate -- faults` tries hundreds. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe("whatever happens to a cluster, every invariant holds at each step, and all comes right", () => {
  for (const seed of seeds) {
    test(`seed ${seed}`, async () => {
      const { failures, history } = await runPlan(makePlan({ seed }), clusterDeps);
      assert.deepEqual(failures, [], history.join("\n"));
    });
  }
});

test("the same seed is the same run, message for message", async () => {
  const runs = [await runPlan(makePlan({ seed: 11 }), clusterDeps)];
  runs.push(await runPlan(makePlan({ seed: 11 }), clusterDeps));
  const [first, second] = runs;
  assert.deepEqual(first, second);
  const other = await runPlan(makePlan({ seed: 12 }), clusterDeps);
  assert.notEqual(other.digest, first?.digest);
});
