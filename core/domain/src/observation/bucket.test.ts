import assert from "node:assert/strict";
import { test } from "node:test";
import type { CpuLimit } from "../structure/cpu-limit.ts";
import { type Bucket, bucketAfter, bucketMost, handedOutBy } from "./bucket.ts";

const limit: CpuLimit = { quotaShares: 40, burstShares: 40, periodMs: 1000, weight: 40 };
const second = (used: number) => ({ seconds: 1, used });

test("what is not used is saved, up to the burst of one period", () => {
  const saved = bucketAfter(undefined, limit, second(15));
  assert.equal(saved.level, 25);
  assert.equal(bucketAfter(saved, limit, second(0)).level, 40);
  assert.equal(bucketMost({ ...limit, periodMs: 100 }), 4);
});

test("what is used beyond the quota is taken from it, below nothing too", () => {
  const full: Bucket = { limit, level: 40 };
  assert.equal(bucketAfter(full, limit, second(70)).level, 10);
  assert.equal(bucketAfter(full, limit, second(100)).level, -20);
});

test("another limit has just handed out a quota, of which half was for the rest of the period", () => {
  const empty: Bucket = { limit, level: -3 };
  const raised = { ...limit, quotaShares: 50 };
  // -3 and half of 40 and 50; bounded by what it holds; and a second in which 60 of 50 were used.
  assert.equal(bucketAfter(empty, raised, second(60)).level, 30);
  const wide = { ...raised, burstShares: 50 };
  assert.equal(bucketAfter(empty, wide, second(60)).level, 32);
  assert.equal(bucketAfter({ limit, level: -100 }, wide, second(60)).level, -10);
});

test("with another period only the new one is counted", () => {
  const short = { ...limit, periodMs: 100 };
  assert.equal(bucketAfter({ limit, level: -3 }, short, { seconds: 0.1, used: 50 }).level, 1);
});

test("a write hands out a quota at most, and nothing where there is no room", () => {
  assert.equal(handedOutBy({ limit, level: 0 }, limit, 1), 40);
  assert.equal(handedOutBy({ limit, level: 30 }, limit, 2), 50);
  assert.equal(
    handedOutBy({ limit, level: 40 }, { ...limit, quotaShares: 10, burstShares: 10 }, 2),
    0,
  );
  assert.equal(handedOutBy(undefined, { ...limit, quotaShares: null, burstShares: 0 }, 2), 0);
});

test("without a quota there is no bucket", () => {
  const none = { ...limit, quotaShares: null };
  assert.equal(bucketAfter({ limit, level: 12 }, none, second(500)).level, 0);
});
