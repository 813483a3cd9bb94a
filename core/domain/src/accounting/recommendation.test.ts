import assert from "node:assert/strict";
import { test } from "node:test";
import { cpuLimitOfShares } from "../structure/cpu-limit.ts";
import { beginRecommendation, withRequest, withSample } from "./recommendation.ts";

test("what is used and what would have been allocated add up", () => {
  const begun = beginRecommendation(100, cpuLimitOfShares(100, 100));
  const after = withSample(withSample(begun, { seconds: 10, used: 40 }), { seconds: 10, used: 60 });
  assert.deepEqual([after.seconds, after.used, after.allocated], [20, 1000, 2000]);
  assert.equal(after.shortSeconds, 0);
});

test("a recommendation is followed, and what its write would hand out is charged", () => {
  const begun = beginRecommendation(100, cpuLimitOfShares(100, 100));
  const cpu = { burstShares: 50, periodMs: 1000 };
  const followed = withRequest(begun, { from: 100, amount: -50, cpu });
  assert.equal(followed.limit, 50);
  assert.deepEqual(followed.cpuLimit, {
    quotaShares: 50,
    burstShares: 50,
    periodMs: 1000,
    weight: 50,
  });
  assert.deepEqual([followed.changes, followed.allocated], [1, 50]);
});

test("more than the limit is short only when nothing was saved", () => {
  const cpu = { burstShares: 50, periodMs: 1000 };
  const begun = withRequest(beginRecommendation(100, cpuLimitOfShares(100, 100)), {
    ...{ from: 100, amount: -50, cpu },
  });
  const saved = withSample(begun, { seconds: 1, used: 0 });
  const covered = withSample(saved, { seconds: 0.5, used: 100 });
  assert.equal(covered.shortSeconds, 0);
  assert.equal(withSample(covered, { seconds: 1, used: 150 }).shortSeconds, 1);
});

test("memory has nothing saved", () => {
  const begun = beginRecommendation(512, undefined);
  const followed = withRequest(begun, { from: 512, amount: -112 });
  assert.equal(followed.allocated, 0);
  assert.equal(withSample(followed, { seconds: 2, used: 401 }).shortSeconds, 2);
  assert.equal(withSample(followed, { seconds: 2, used: 400 }).shortSeconds, 0);
});
