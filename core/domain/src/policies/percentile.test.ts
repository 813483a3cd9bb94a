import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { FollowedRun, reasonOf } from "../testing/follow-run.ts";
import { percentile } from "./percentile.ts";
import { runnable } from "./running-policy.ts";

const hour = 3600;
const follow = (
  resource: "cpu" | "mem" = "cpu",
  options: ConstructorParameters<typeof FollowedRun>[1] = {},
) => new FollowedRun(runnable(percentile(resource)), { sampleSeconds: 1, ...options });

const isNear = (actual: number | null, expected: number): void =>
  assert.ok(Math.abs((actual ?? 0) - expected) <= expected * 0.06, `${actual}, not ${expected}`);

describe("what days have shown", () => {
  test("is nothing after a minute, and comes with the hours", () => {
    const web = follow();
    web.useFor(60, 40);
    assert.equal(web.limit.quotaShares, 300);
    web.useFor(6 * hour, 40);
    // 40 × 1.15 margin × 1.4 for want of history, and no write for less than a tenth.
    isNear(web.limit.quotaShares, 40 * 1.15 * 1.4 * 1.05);
    web.useFor(18 * hour, 40);
    isNear(web.limit.quotaShares, 40 * 1.15 * 1.1 * 1.05);
    assert.ok(web.asked.length < 30, `${web.asked.length} changes in a day`);
    assert.ok(web.codes().every((code) => code === "use-of-days"));
  });

  test("is a percentile: what is rare does not count for cpu, and counts for memory", () => {
    const used = (second: number) => (second % 300 < 6 ? 200 : 40);
    const web = follow("cpu", { sampleSeconds: 3 });
    web.useFor(24 * hour, used);
    isNear(web.limit.quotaShares, 40 * 1.15 * 1.1 * 1.05);
    const db = follow("mem", { sampleSeconds: 3 });
    db.useFor(24 * hour, used);
    isNear(db.limit.quotaShares, 200 * 1.15 * 1.1 * 1.05);
  });

  test("is said with use, span and result", () => {
    const web = follow();
    const { text } = reasonOf(web.useFor(2 * hour, 40));
    assert.match(text, /^used 40 of [\d.]+ shares; 95 % of the time in 2 h, with margin/);
  });
});

describe("a limit that is reached", () => {
  const useAll = (web: FollowedRun, seconds: number): readonly string[] =>
    Array.from({ length: seconds }, () => reasonOf(web.use(web.limit.quotaShares ?? 0)).code);

  test("for longer than a percentile leaves out grows by half each second, and stays for an hour", () => {
    const web = follow();
    web.useFor(8 * hour, 40);
    const before = web.limit.quotaShares ?? 0;
    assert.ok(!useAll(web, 10).includes("limit-reached"));
    assert.deepEqual(new Set(useAll(web, 3)), new Set(["limit-reached"]));
    const grown = before * 1.5 ** 3;
    isNear(web.limit.quotaShares, grown);
    web.useFor(0.9 * hour, 40);
    isNear(web.limit.quotaShares, grown);
    web.useFor(0.2 * hour, 40);
    const after = web.limit.quotaShares ?? 0;
    assert.ok(after <= before && after > before * 0.85, `${before}, then ${after}`);
  });

  test("of memory grows at once", () => {
    const db = follow("mem");
    db.useFor(8 * hour, 40);
    assert.deepEqual(useAll(db, 1), ["limit-reached"]);
  });

  test("at max is held with the reason", () => {
    const web = follow();
    assert.equal(reasonOf(web.useFor(11, 300)).code, "at-max");
    assert.deepEqual(web.asked, []);
  });
});

test("shorter samples are gathered to a second", () => {
  const web = follow("cpu", { sampleSeconds: 0.1 });
  assert.equal(reasonOf(web.useFor(0.9, 40)).code, "no-window-yet");
  assert.equal(reasonOf(web.use(40)).code, "inside-band");
});

test("an owner who moved min or max past the limit is not kept waiting", () => {
  const web = follow("cpu", { sampleSeconds: 0.1 });
  web.use(40);
  web.change({ max: 100 });
  assert.equal(reasonOf(web.use(40)).code, "above-max");
  assert.equal(web.limit.quotaShares, 100);
});

test("without use to go by nothing is changed, and after a minute it has its max", () => {
  const web = follow("cpu", { limit: { quotaShares: 100 } });
  assert.equal(reasonOf(web.use(40, { isFrozen: true })).code, "frozen");
  for (let second = 0; second < 61; second += 1) web.use(undefined);
  assert.deepEqual(web.codes(), ["no-data-for-long"]);
});

test("whatever is used, what is asked for keeps the band and its sign", () => {
  const uses = fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { maxLength: 100 });
  fc.assert(
    fc.property(uses, fc.integer({ min: 1, max: 300 }), fc.boolean(), (list, min, isObeyed) => {
      const web = follow("mem", { settings: { min }, sampleSeconds: 60 });
      web.isObeyed = isObeyed;
      for (const used of list) {
        const outcome = web.use(used);
        if (outcome.kind !== "request") continue;
        const { from, amount } = outcome.request;
        assert.notEqual(amount, 0);
        assert.ok(from + amount >= min - 1e-9 && from + amount <= 300 + 1e-9);
      }
    }),
  );
});
