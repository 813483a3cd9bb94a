import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentSamples } from "./recent-samples.ts";

test("only the last samples count", () => {
  const samples = new RecentSamples(3);
  for (const sample of [9, 1, 2, 6]) samples.push(sample);
  assert.deepEqual([samples.count, samples.sum(), samples.mean(), samples.max()], [3, 9, 3, 6]);
  // ((1 − 3)² + (2 − 3)² + (6 − 3)²) / 3
  assert.equal(samples.deviation(), Math.sqrt(14 / 3));
});

test("no samples have no size", () => {
  const samples = new RecentSamples(3);
  samples.push(5);
  samples.clear();
  assert.deepEqual(
    [samples.count, samples.sum(), samples.mean(), samples.max(), samples.deviation()],
    [0, 0, 0, 0, 0],
  );
});
