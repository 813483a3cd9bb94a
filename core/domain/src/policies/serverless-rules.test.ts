import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResourceEvent, ScalingRequest } from "../messages/messages.ts";
import type { ReasonCode } from "../reason/reason.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { idFor, nameFor, policyFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import type { Observation, Outcome } from "./policy.ts";
import { defaultCpuRules, type ServerlessRules, thresholdRules } from "./rules.ts";

/** The published numbers: two windows over upper, events that last twelve. */
const publishedRules: ServerlessRules = {
  ...defaultCpuRules,
  ...thresholdRules("cpu", { upEvents: 2, downEvents: 6, upAmount: 75 }),
};

interface Step {
  readonly events: readonly ResourceEvent[];
  readonly outcome: Outcome;
}

/** A policy with its state, fed one sample after another. */
function follow(rules: ServerlessRules = defaultCpuRules, changed: Partial<ResourceSettings> = {}) {
  const policy = policyFor(rules);
  let settings = settingsFor(changed);
  let at = 0;
  let state = policy.begin(monotonicSeconds(at));
  const sample = (observed: Partial<Observation>, seconds = 1): Step => {
    at += seconds;
    const observation: Observation = {
      structure: nameFor("web"),
      id: idFor("web"),
      windowSeconds: seconds,
      used: 100,
      limit: 170,
      isFrozen: false,
      ...observed,
    };
    const input = {
      observation,
      settings,
      at: monotonicSeconds(at),
      stamp: wallSeconds(1000 + at),
    };
    const decision = policy.decide(state, input);
    state = decision.state;
    return decision;
  };
  return {
    sample,
    repeat: (times: number, observed: Partial<Observation>): readonly Step[] =>
      Array.from({ length: times }, () => sample(observed)),
    change: (next: Partial<ResourceSettings>) => {
      settings = { ...settings, ...next };
    },
  };
}

const amountsOf = (steps: readonly Step[]): readonly number[] =>
  steps.flatMap(({ outcome }) => (outcome.kind === "request" ? [outcome.request.amount] : []));

const directionsOf = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(({ events }) => events.map((event) => event.direction));

function requestOf(step: Step | undefined): ScalingRequest {
  assert.ok(step?.outcome.kind === "request");
  return step.outcome.request;
}

function assertHolds(step: Step | undefined, code: ReasonCode, text: RegExp): void {
  assert.ok(step?.outcome.kind === "hold");
  assert.equal(step.outcome.reason.code, code);
  assert.match(step.outcome.reason.text, text);
}

describe("the published vectors: max 300, limit 170, min 50, upper 140, lower 110", () => {
  test("150 in one window is an event, and not enough of them", () => {
    const step = follow(publishedRules).sample({ used: 150 });
    assert.deepEqual(directionsOf([step]), ["up"]);
    assertHolds(step, "not-enough-events", /used 150 of 170 shares, above 140: 1 of 2 events/);
  });

  test("150 in two windows raises by 75 and uses up its events", () => {
    const { repeat, sample } = follow(publishedRules);
    assert.deepEqual(amountsOf(repeat(2, { used: 150 })), [75]);
    assertHolds(sample({ used: 150 }), "not-enough-events", /1 of 2/);
  });

  for (const [used, windows] of [
    [140, 3],
    [120, 3],
    [110, 6],
  ] as const) {
    test(`${used} in ${windows} windows is inside the band: the thresholds belong to it`, () => {
      const steps = follow(publishedRules).repeat(windows, { used });
      assert.deepEqual(directionsOf(steps), []);
      assertHolds(steps.at(-1), "inside-band", /inside the band 110 to 140/);
    });
  }

  test("60 in six windows fits to usage, no lower than where the band meets min", () => {
    const steps = follow(publishedRules).repeat(6, { used: 60 });
    assert.deepEqual(amountsOf(steps), [-60]);
    assert.equal(requestOf(steps.at(-1)).reason.code, "usage-below-lower");
  });

  test("0 in six windows shrinks too; published, an idle container never did", () => {
    assert.deepEqual(amountsOf(follow(publishedRules).repeat(6, { used: 0 })), [-60]);
  });

  test("290 of 300 at max makes no event", () => {
    const steps = follow(publishedRules).repeat(3, { used: 290, limit: 300 });
    assert.deepEqual(directionsOf(steps), []);
    assertHolds(steps.at(-1), "at-max", /at its max/);
  });

  test("260 of 270 is trimmed to max", () => {
    const steps = follow(publishedRules).repeat(2, { used: 260, limit: 270 });
    assert.deepEqual(amountsOf(steps), [30]);
  });

  test("a raise uses up the bottleneck events; published, it used up the underuse events", () => {
    const { repeat, sample } = follow(publishedRules);
    repeat(2, { used: 60 });
    assert.deepEqual(amountsOf(repeat(2, { used: 150 })), [75]);
    assertHolds(sample({ used: 150 }), "not-enough-events", /1 of 2/);
  });

  test("events that are too old no longer count", () => {
    const { repeat, sample } = follow(publishedRules);
    sample({ used: 150 });
    repeat(12, { used: 120 });
    assertHolds(sample({ used: 150 }), "not-enough-events", /1 of 2/);
  });

  test("of more events than a request uses up, the newest stay", () => {
    const { eventRules, requestRules } = publishedRules;
    const [raise] = requestRules;
    assert.ok(raise);
    const atThree = { ...raise, condition: { ">=": [{ var: "events.scale.up" }, 3] } };
    const { repeat, sample } = follow({ ...publishedRules, eventRules, requestRules: [atThree] });
    assert.deepEqual(amountsOf(repeat(3, { used: 150 })), [75]);
    repeat(10, { used: 120 });
    assert.deepEqual(amountsOf([sample({ used: 150 })]), []);
    assert.deepEqual(amountsOf([sample({ used: 150 })]), [75]);
  });

  test("an event as old as the time-out still counts", () => {
    const { repeat, sample } = follow(publishedRules);
    sample({ used: 150 });
    repeat(11, { used: 120 });
    assert.equal(requestOf(sample({ used: 150 })).amount, 75);
  });

  test("a pending bottleneck raises nothing while the usage is back in the band", () => {
    const { sample } = follow(publishedRules);
    sample({ used: 150 });
    assertHolds(sample({ used: 120 }), "inside-band", /used 120/);
  });
});

describe("our default settings", () => {
  test("one window above upper is enough", () => {
    const request = requestOf(follow().sample({ used: 150 }));
    assert.equal(request.amount, 75);
    assert.equal(request.from, 170);
    assert.equal(request.policy, "serverless-rules");
    assert.equal(request.reason.text, "used 150 of 170 shares, above 140");
  });

  test("underuse seen before keeps no raise back", () => {
    const { repeat, sample } = follow();
    repeat(5, { used: 0 });
    assert.equal(requestOf(sample({ used: 150 })).amount, 75);
  });

  test("a raise voids the underuse that was seen before it", () => {
    const { repeat, sample } = follow();
    repeat(5, { used: 0 });
    sample({ used: 150 });
    const after = repeat(6, { used: 0 });
    assert.deepEqual(
      after.map((step) => step.outcome.kind),
      ["hold", "hold", "hold", "hold", "hold", "request"],
    );
  });

  test("an event says what was seen, against what, and when", () => {
    const [event] = follow().sample({ used: 150 }).events;
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
    const step = follow().sample({ used: 10, limit: 110 });
    assertHolds(step, "at-min", /used 10 of 110 shares; .*min 50/);
    assert.deepEqual(step.events, []);
  });

  test("no limit counts as max", () => {
    const steps = follow().repeat(6, { used: 100, limit: null });
    assert.equal(requestOf(steps.at(-1)).from, 300);
    assert.deepEqual(amountsOf(steps), [-155]);
  });

  test("recommend makes recommendations", () => {
    const request = requestOf(follow(defaultCpuRules, { mode: "recommend" }).sample({ used: 150 }));
    assert.equal(request.isRecommendation, true);
  });

  test("a max moved below the limit is followed at once", () => {
    const { sample, change } = follow();
    sample({ used: 120 });
    change({ max: 120 });
    const request = requestOf(sample({ used: 100 }));
    assert.deepEqual([request.amount, request.reason.code], [-50, "above-max"]);
  });

  test("a min moved above the limit is followed at once", () => {
    const { sample, change } = follow();
    change({ min: 200 });
    const request = requestOf(sample({ used: 0 }));
    assert.deepEqual([request.amount, request.reason.code], [30, "below-min"]);
  });
});

describe("several request rules in one window", () => {
  const [raise, shrink] = defaultCpuRules.requestRules;
  assert.ok(raise && shrink);
  const withRules = (...requestRules: ServerlessRules["requestRules"][number][]) =>
    follow({ ...defaultCpuRules, requestRules });

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
    const { repeat, sample } = follow(tenSeconds);
    const early = repeat(9, { used: 150 });
    assert.deepEqual(directionsOf(early), []);
    assertHolds(early.at(-1), "no-window-yet", /9 of 10 s/);
    assert.equal(requestOf(sample({ used: 150 })).amount, 75);
  });

  test("the usage of a window is the mean, each sample weighing as long as it lasted", () => {
    const { sample } = follow(tenSeconds);
    sample({ used: 200 }, 1);
    const [event] = sample({ used: 10 }, 9).events;
    assert.equal(event?.used, 29);
  });

  test("a window of many short samples closes in time in spite of rounding", () => {
    const { sample } = follow({ ...defaultCpuRules, windowSeconds: 1 });
    const steps = Array.from({ length: 10 }, () => sample({ used: 150 }, 0.1));
    assert.equal(
      steps.findIndex((step) => step.outcome.kind === "request"),
      9,
    );
  });

  test("windows do not overlap: the next begins with nothing", () => {
    const { repeat, sample } = follow(tenSeconds);
    repeat(10, { used: 120 });
    assertHolds(sample({ used: 150 }), "no-window-yet", /1 of 10 s/);
  });
});

describe("data that is missing", () => {
  test("the first reading has no window yet", () => {
    const step = follow().sample({ windowSeconds: undefined, used: undefined });
    assertHolds(step, "no-window-yet", /second reading/);
  });

  test("usage that could not be read holds", () => {
    assertHolds(follow().sample({ used: undefined }), "no-data", /usage/);
  });

  test("a limit that could not be read holds", () => {
    assertHolds(follow().sample({ limit: undefined, used: 0 }), "no-data", /limit/);
  });

  test("missing usage is not counted as idleness", () => {
    const { repeat, sample } = follow();
    repeat(5, { used: 0 });
    repeat(3, { used: undefined });
    assert.deepEqual(amountsOf(repeat(1, { used: 0 })), [-60]);
    assert.deepEqual(directionsOf([sample({ used: undefined })]), []);
  });

  test("no data for 30 s asks for max", () => {
    const { repeat, sample } = follow();
    sample({ used: 120 });
    assert.deepEqual(amountsOf(repeat(29, { used: undefined })), []);
    const request = requestOf(sample({ used: undefined }));
    assert.deepEqual([request.amount, request.reason.code], [130, "no-data-for-long"]);
    assert.match(request.reason.text, /no data for 30 s/);
  });

  test("the wish for max is not repeated with each sample, but again after as long", () => {
    const { repeat } = follow();
    assert.deepEqual(amountsOf(repeat(59, { used: undefined })), [130]);
    assert.deepEqual(amountsOf(repeat(1, { used: undefined })), [130]);
  });

  test("a window that is long to gather is no silence", () => {
    const { repeat, sample } = follow({ ...defaultCpuRules, windowSeconds: 60 });
    repeat(40, { used: 120 });
    assertHolds(sample({ used: undefined }), "no-data", /usage/);
  });

  test("at max already, missing data asks for nothing", () => {
    const steps = follow().repeat(90, { used: undefined, limit: null });
    assert.deepEqual(amountsOf(steps), []);
  });

  test("what was seen before a long silence counts no more", () => {
    const { repeat } = follow();
    repeat(5, { used: 0 });
    repeat(31, { used: undefined });
    assert.deepEqual(amountsOf(repeat(5, { used: 0 })), []);
  });

  test("a frozen container holds and loses its events", () => {
    const { repeat, sample } = follow();
    repeat(5, { used: 0 });
    assertHolds(sample({ used: 0, isFrozen: true }), "frozen", /frozen/);
    assert.deepEqual(amountsOf(repeat(5, { used: 0 })), []);
  });

  test("being frozen for long is no silence", () => {
    const { repeat, sample } = follow();
    repeat(100, { used: undefined, isFrozen: true });
    assertHolds(sample({ used: undefined }), "no-data", /usage/);
  });
});
