import assert from "node:assert/strict";
import { test } from "node:test";
import { DelayScore } from "./delay-score.ts";

test("quantiles count the steps without a delay, of which none is kept", () => {
  const score = new DelayScore();
  for (let step = 0; step < 96; step += 1) score.add(0);
  for (const delayMs of [40, 10, 30, 20]) score.add(delayMs);
  assert.equal(score.delayedRatio, 0.04);
  assert.equal(score.quantileMs(0.5), 0);
  assert.equal(score.quantileMs(0.96), 0);
  assert.equal(score.quantileMs(0.97), 10);
  assert.equal(score.quantileMs(0.99), 30);
  assert.equal(score.quantileMs(1), 40);
});

test("nothing seen is no delay", () => {
  const score = new DelayScore();
  assert.equal(score.delayedRatio, 0);
  assert.equal(score.quantileMs(0.99), 0);
});
