import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { koordinatorBurst } from "./koordinator-burst.ts";
import { limitsOf, readingWith, repeated, rounded, startWith } from "./peer-fixture.ts";

const oracle = { meanDemand: 100, peakSecond: 0, demandAt: () => 0 };
const start = { oracle, max: 1600 };
const throttled = { used: 100, throttledPeriods: 1 };

describe("Koordinator's burst", () => {
  test("raises by a fifth after each throttled second, up to three times the base", () => {
    const limits = limitsOf(koordinatorBurst(), repeated(8, throttled), start);
    assert.deepEqual(rounded(limits, 1), [120, 144, 172.8, 207.4, 248.8, 298.6, 300, 300]);
  });

  test("stays where it is while nothing is throttled", () => {
    const readings = [throttled, throttled, ...repeated(50, { used: 10 })];
    assert.equal(limitsOf(koordinatorBurst(), readings, start).at(-1), 144);
  });

  test("starts at the base, and gives back down to it on a node that is half used", () => {
    const peer = koordinatorBurst({ nodeShares: 300 });
    const readings = [{ used: 50 }, throttled, throttled, ...repeated(6, { used: 200 })];
    // Pool means of 5 s: 50, 75, 83, 112, 130, 150 → cooling at 135, overload at 150.
    assert.deepEqual(
      rounded(limitsOf(peer, readings, start), 1),
      [100, 120, 144, 144, 144, 115.2, 100, 100, 100],
    );
  });

  test("does not raise while the node cools", () => {
    const peer = koordinatorBurst({ nodeShares: 215 });
    assert.deepEqual(limitsOf(peer, [throttled], start), [100]);
  });

  test("at 45 % of the node it cools, at 50 % it is overloaded", () => {
    const after = (nodeShares: number) =>
      limitsOf(koordinatorBurst({ nodeShares }), [{ used: 50 }, { ...throttled, used: 90 }], {
        ...start,
      })[1];
    // The mean of the pool is 70.
    assert.deepEqual([156, 155].map(after), [120, 100]);
    const raised = [{ used: 0 }, throttled, { used: 1100 }];
    const last = (nodeShares: number) =>
      limitsOf(koordinatorBurst({ nodeShares }), raised, start).at(-1);
    assert.deepEqual([801, 800].map(last), [120, 100]);
  });

  test("carries over as much as the kernel takes, or nothing where told so", () => {
    const wish = (isBurstSet?: boolean) =>
      koordinatorBurst(isBurstSet === undefined ? {} : { isBurstSet })
        .begin(startWith(start))
        .step(readingWith({ used: 10 }));
    assert.deepEqual(wish(), { limit: 100, burst: 100 });
    assert.deepEqual(wish(false), { limit: 100, burst: 0 });
  });
});
