import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FollowedRun, reasonOf } from "../testing/follow-run.ts";
import { runnable } from "./running-policy.ts";
import { weightOnly } from "./weight-only.ts";

const policy = runnable(weightOnly());
const follow = (options: ConstructorParameters<typeof FollowedRun>[1] = {}) =>
  new FollowedRun(policy, options);

describe("the quota", () => {
  test("goes back to max, with the burst and the long period another policy left", () => {
    const web = follow({
      limit: { quotaShares: 80, burstShares: 80, periodMs: 1000, weight: 80 },
    });
    assert.equal(reasonOf(web.use(60)).code, "quota-to-max");
    assert.deepEqual(web.limit, { quotaShares: 300, burstShares: 0, periodMs: 100, weight: 80 });
    web.useFor(60, 60);
    assert.equal(web.limit.quotaShares, 300);
  });

  test("stays with an owner's shorter period", () => {
    const web = follow({ limit: { quotaShares: 80, periodMs: 50 } });
    web.use(60);
    assert.equal(web.limit.periodMs, 50);
  });

  test("above a max that was lowered comes down to it", () => {
    const web = follow();
    web.use(60);
    web.change({ max: 200 });
    assert.equal(reasonOf(web.use(60)).code, "above-max");
    assert.equal(web.limit.quotaShares, 200);
  });

  test("that nobody set is not written as long as the weight fits", () => {
    const web = follow({ limit: { quotaShares: null, weight: 100 } });
    assert.equal(reasonOf(web.useFor(10, 80)).code, "inside-band");
    assert.deepEqual(web.asked, []);
  });
});

describe("the weight", () => {
  test("is a quarter above the most that was used of late, and raised within a sample", () => {
    const web = follow({ limit: { weight: 100 } });
    const outcome = web.use(160);
    assert.equal(reasonOf(outcome).code, "weight-follows-use");
    assert.match(reasonOf(outcome).text, /used 160 of 300 shares; weight 100 → 200/);
    assert.deepEqual(web.asked.at(-1)?.cpu, { burstShares: 0, periodMs: 100, weight: 200 });
    assert.equal(web.asked.at(-1)?.amount, 0);
  });

  test("is lowered step by step while a container sleeps, and not below min", () => {
    const web = follow({ limit: { weight: 200 }, settings: { min: 20 } });
    web.useFor(8, 0);
    assert.ok(web.limit.weight < 160 && web.limit.weight > 100, `${web.limit.weight}`);
    web.useFor(60, 0);
    assert.ok(web.limit.weight >= 20 && web.limit.weight < 25, `${web.limit.weight}`);
    const writes = web.asked.length;
    assert.ok(writes < 20, `${writes} writes`);
    web.useFor(60, 0);
    assert.equal(web.asked.length, writes, "at rest nothing is written");
  });

  test("stays where short pauses are usual", () => {
    const web = follow({ limit: { weight: 100 } });
    web.useFor(120, (second) => (second % 2 < 1 ? 80 : 0));
    assert.deepEqual(web.asked, []);
  });

  test("of what its neighbours leave too little grows step by step to max", () => {
    const web = follow({ limit: { weight: 10 } });
    // On a full core it gets what its weight is worth beside one of 300.
    for (let sample = 0; sample < 100; sample += 1) {
      web.use((web.limit.weight / (web.limit.weight + 100)) * 400);
    }
    assert.equal(web.limit.weight, 300);
  });

  test("that the kernel rounded is not written again", () => {
    const web = follow({ limit: { weight: 9.96 } });
    assert.equal(reasonOf(web.use(1)).code, "inside-band");
  });
});

describe("without use to go by", () => {
  test("nothing is changed, and after a minute it has its max", () => {
    const web = follow({ limit: { quotaShares: 100 } });
    assert.equal(reasonOf(web.use(undefined)).code, "no-data");
    for (let sample = 0; sample < 600; sample += 1) web.use(undefined);
    assert.deepEqual(web.codes(), ["no-data-for-long"]);
    assert.equal(web.limit.quotaShares, 300);
  });

  test("a frozen container is left alone", () => {
    const web = follow({ limit: { quotaShares: 100 } });
    assert.equal(reasonOf(web.use(0, { isFrozen: true })).code, "frozen");
  });
});

test("whatever is used, quota and weight keep the owner's band and settle", () => {
  const uses = fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(uses, fc.integer({ min: 1, max: 300 }), (list, min) => {
      const web = follow({ limit: { quotaShares: 120, weight: 120 }, settings: { min } });
      for (const used of list) {
        web.use(used);
        assert.equal(web.limit.quotaShares, 300);
        assert.ok(web.limit.weight <= 301, `${web.limit.weight}`);
      }
      web.useFor(120, 50);
      const { length } = web.asked;
      web.useFor(10, 50);
      assert.equal(web.asked.length, length);
    }),
  );
});
