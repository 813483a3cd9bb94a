import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ScalingRequest } from "../messages/messages.ts";
import type { ReasonCode } from "../reason/reason.ts";
import {
  amountsOf,
  directionsOf,
  type FollowedStep,
  followPolicy,
} from "../testing/follow-policy.ts";
import { defaultCpuRules, publishedRules, type ServerlessRules } from "./rules.ts";

function requestOf(step: FollowedStep | undefined): ScalingRequest {
  assert.ok(step?.outcome.kind === "request");
  return step.outcome.request;
}

function assertHolds(step: FollowedStep | undefined, code: ReasonCode, text: RegExp): void {
  assert.ok(step?.outcome.kind === "hold");
  assert.equal(step.outcome.reason.code, code);
  assert.match(step.outcome.reason.text, text);
}

describe("events", () => {
  const twoUp = publishedRules("cpu");
  const rules: ServerlessRules = { ...twoUp, windowSeconds: 1 };

  test("of which there are too few hold, and the reason counts them", () => {
    const step = followPolicy(rules).sample({ used: 150 });
    assert.deepEqual(directionsOf([step]), ["up"]);
    assertHolds(step, "not-enough-events", /used 150 of 170 shares, above 140: 1 of 2 events/);
  });

  test("are not made inside the band, and the thresholds belong to it", () => {
    const steps = followPolicy(rules).repeat(3, { used: 140 });
    assertHolds(steps.at(-1), "inside-band", /inside the band 110 to 140/);
  });

  test("at max are not made, and the reason says so", () => {
    const step = followPolicy(rules).sample({ used: 290, limit: 300 });
    assertHolds(step, "at-max", /at its max/);
  });

  test("that a shrink was made of are its reason", () => {
    const steps = followPolicy(rules).repeat(6, { used: 60 });
    assert.equal(requestOf(steps.at(-1)).reason.code, "usage-below-lower");
  });

  test("that are too old no longer count", () => {
    const { repeat, sample } = followPolicy(rules);
    sample({ used: 150 });
    repeat(12, { used: 120 });
    assertHolds(sample({ used: 150 }), "not-enough-events", /1 of 2/);
  });

  test("as old as the time-out still count", () => {
    const { repeat, sample } = followPolicy(rules);
    sample({ used: 150 });
    repeat(11, { used: 120 });
    assert.equal(requestOf(sample({ used: 150 })).amount, 75);
  });

  test("that a request does not use up are the newest", () => {
    const [raise] = rules.requestRules;
    assert.ok(raise);
    const atThree = { ...raise, condition: { ">=": [{ var: "events.scale.up" }, 3] } };
    const { repeat, sample } = followPolicy({ ...rules, requestRules: [atThree] });
    assert.deepEqual(amountsOf(repeat(3, { used: 150 })), [75]);
    repeat(10, { used: 120 });
    assert.deepEqual(amountsOf([sample({ used: 150 })]), []);
    assert.deepEqual(amountsOf([sample({ used: 150 })]), [75]);
  });

  test("that pend raise nothing while there are too few and the usage is back in the band", () => {
    const { sample } = followPolicy(rules);
    sample({ used: 150 });
    assertHolds(sample({ used: 120 }), "inside-band", /used 120/);
  });
});

describe("our default settings", () => {
  test("one window above upper is enough", () => {
    const request = requestOf(followPolicy().sample({ used: 150 }));
    assert.equal(request.amount, 75);
    assert.equal(request.from, 170);
    assert.equal(request.policy, "serverless-rules");
    assert.equal(request.reason.text, "used 150 of 170 shares, above 140");
  });

  test("underuse seen before keeps no raise back", () => {
    const { repeat, sample } = followPolicy();
    repeat(5, { used: 0 });
    assert.equal(requestOf(sample({ used: 150 })).amount, 75);
  });

  test("a raise voids the underuse that was seen before it", () => {
    const { repeat, sample } = followPolicy();
    repeat(5, { used: 0 });
    sample({ used: 150 });
    const after = repeat(6, { used: 0 });
    assert.deepEqual(
      after.map((step) => step.outcome.kind),
      ["hold", "hold", "hold", "hold", "hold", "request"],
    );
  });

  test("an event says what was seen, against what, and when", () => {
    const [event] = followPolicy().sample({ used: 150 }).events;
    assert.deepEqual(event, {
      structure: "web",
      resource: "cpu",
      direction: "up",
      rule: "cpu_exceeded_upper",
      used: 150,
      threshold: 140,
      at: 1,
      stamp: 1001,
    });
  });

  test("underuse whose band would go below min holds at min", () => {
    const step = followPolicy().sample({ used: 10, limit: 110 });
    assertHolds(step, "at-min", /used 10 of 110 shares; .*min 50/);
    assert.deepEqual(step.events, []);
  });

  test("no limit counts as max", () => {
    const steps = followPolicy().repeat(6, { used: 100, limit: null });
    assert.equal(requestOf(steps.at(-1)).from, 300);
    assert.deepEqual(amountsOf(steps), [-155]);
  });

  test("recommend makes recommendations", () => {
    const request = requestOf(
      followPolicy(defaultCpuRules, { mode: "recommend" }).sample({ used: 150 }),
    );
    assert.equal(request.isRecommendation, true);
  });

  test("a max moved below the limit is followed at once", () => {
    const { sample, change } = followPolicy();
    sample({ used: 120 });
    change({ max: 120 });
    const request = requestOf(sample({ used: 100 }));
    assert.deepEqual([request.amount, request.reason.code], [-50, "above-max"]);
  });

  test("a min moved above the limit is followed at once", () => {
    const { sample, change } = followPolicy();
    change({ min: 200 });
    const request = requestOf(sample({ used: 0 }));
    assert.deepEqual([request.amount, request.reason.code], [30, "below-min"]);
  });
});

describe("several request rules in one window", () => {
  const [raise, shrink] = defaultCpuRules.requestRules;
  assert.ok(raise && shrink);
  const withRules = (...requestRules: ServerlessRules["requestRules"][number][]) =>
    followPolicy({ ...defaultCpuRules, requestRules });

  test("the largest raise wins", () => {
    const larger = { ...raise, rescale: { kind: "amount" as const, amount: 90 } };
    assert.equal(requestOf(withRules(raise, larger).sample({ used: 150 })).amount, 90);
    assert.equal(requestOf(withRules(larger, raise).sample({ used: 150 })).amount, 90);
  });

  test("the smallest shrink wins", () => {
    const smaller = { ...shrink, rescale: { kind: "amount" as const, amount: -7 } };
    assert.deepEqual(amountsOf(withRules(shrink, smaller).repeat(6, { used: 0 })), [-7]);
  });

  test("a raise wins over a shrink", () => {
    const always = { ...shrink, condition: true, rescale: { kind: "amount" as const, amount: -7 } };
    assert.equal(requestOf(withRules(always, raise).sample({ used: 150 })).amount, 75);
  });

  test("no rule for a direction is said", () => {
    assertHolds(withRules(raise).sample({ used: 0 }), "not-enough-events", /no rule asks/);
  });
});

describe("windows", () => {
  const tenSeconds = { ...defaultCpuRules, windowSeconds: 10 };

  test("samples are gathered until the window is covered", () => {
    const { repeat, sample } = followPolicy(tenSeconds);
    const early = repeat(9, { used: 150 });
    assert.deepEqual(directionsOf(early), []);
    assertHolds(early.at(-1), "no-window-yet", /9 of 10 s/);
    assert.equal(requestOf(sample({ used: 150 })).amount, 75);
  });

  test("the usage of a window is the mean, each sample weighing as long as it lasted", () => {
    const { sample } = followPolicy(tenSeconds);
    sample({ used: 200 }, 1);
    const [event] = sample({ used: 10 }, 9).events;
    assert.equal(event?.used, 29);
  });

  test("a window of many short samples closes in time in spite of rounding", () => {
    const { sample } = followPolicy({ ...defaultCpuRules, windowSeconds: 1 });
    const steps = Array.from({ length: 10 }, () => sample({ used: 150 }, 0.1));
    assert.equal(
      steps.findIndex((step) => step.outcome.kind === "request"),
      9,
    );
  });

  test("windows do not overlap: the next begins with nothing", () => {
    const { repeat, sample } = followPolicy(tenSeconds);
    repeat(10, { used: 120 });
    assertHolds(sample({ used: 150 }), "no-window-yet", /1 of 10 s/);
  });
});

describe("data that is missing", () => {
  test("the first reading has no window yet", () => {
    const step = followPolicy().sample({ windowSeconds: undefined, used: undefined });
    assertHolds(step, "no-window-yet", /second reading/);
  });

  test("usage that could not be read holds", () => {
    assertHolds(followPolicy().sample({ used: undefined }), "no-data", /usage/);
  });

  test("a limit that could not be read holds", () => {
    assertHolds(followPolicy().sample({ limit: undefined, used: 0 }), "no-data", /limit/);
  });

  test("missing usage is not counted as idleness", () => {
    const { repeat, sample } = followPolicy();
    repeat(5, { used: 0 });
    repeat(3, { used: undefined });
    assert.deepEqual(amountsOf(repeat(1, { used: 0 })), [-60]);
    assert.deepEqual(directionsOf([sample({ used: undefined })]), []);
  });

  test("no data for 30 s asks for max", () => {
    const { repeat, sample } = followPolicy();
    sample({ used: 120 });
    assert.deepEqual(amountsOf(repeat(29, { used: undefined })), []);
    const request = requestOf(sample({ used: undefined }));
    assert.deepEqual([request.amount, request.reason.code], [130, "no-data-for-long"]);
    assert.match(request.reason.text, /no data for 30 s/);
  });

  test("the wish for max is not repeated with each sample, but again after as long", () => {
    const { repeat } = followPolicy();
    assert.deepEqual(amountsOf(repeat(59, { used: undefined })), [130]);
    assert.deepEqual(amountsOf(repeat(1, { used: undefined })), [130]);
  });

  test("a window that is long to gather is no silence", () => {
    const { repeat, sample } = followPolicy({ ...defaultCpuRules, windowSeconds: 60 });
    repeat(40, { used: 120 });
    assertHolds(sample({ used: undefined }), "no-data", /usage/);
  });

  test("at max already, missing data asks for nothing", () => {
    const steps = followPolicy().repeat(90, { used: undefined, limit: null });
    assert.deepEqual(amountsOf(steps), []);
  });

  test("what was seen before a long silence counts no more", () => {
    const { repeat } = followPolicy();
    repeat(5, { used: 0 });
    repeat(31, { used: undefined });
    assert.deepEqual(amountsOf(repeat(5, { used: 0 })), []);
  });

  test("a frozen container holds and loses its events", () => {
    const { repeat, sample } = followPolicy();
    repeat(5, { used: 0 });
    assertHolds(sample({ used: 0, isFrozen: true }), "frozen", /frozen/);
    assert.deepEqual(amountsOf(repeat(5, { used: 0 })), []);
  });

  test("being frozen for long is no silence", () => {
    const { repeat, sample } = followPolicy();
    repeat(100, { used: undefined, isFrozen: true });
    assertHolds(sample({ used: undefined }), "no-data", /usage/);
  });
});
