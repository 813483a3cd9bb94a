import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ResourceSettings } from "../structure/settings.ts";
import { idFor, nameFor, policyFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import type { Decision, Observation } from "./policy.ts";
import type { ServerlessRulesState } from "./serverless-rules.ts";

const policy = policyFor();

const anySettings = fc
  .record({
    bounds: fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 1600 })),
    percent: fc.double({ min: 0, max: 100, noNaN: true }),
    of: fc.constantFrom<"max" | "current">("max", "current"),
  })
  .map(({ bounds: [least, width], percent, of }) =>
    settingsFor({ min: least, max: least + width, boundary: { percent, of } }),
  );
const anyShares = fc.double({ min: 0, max: 2000, noNaN: true });
const anyObservation: fc.Arbitrary<Observation> = fc.record({
  structure: fc.constant(nameFor("web")),
  id: fc.constant(idFor("web")),
  windowSeconds: fc.option(fc.double({ min: 0, max: 60, noNaN: true }), { nil: undefined }),
  used: fc.option(anyShares, { nil: undefined }),
  limit: fc.option(fc.option(anyShares, { nil: null }), { nil: undefined }),
  isFrozen: fc.boolean(),
});
const anyHistory = fc.array(anyObservation, { minLength: 1, maxLength: 60 });

function run(
  settings: ResourceSettings,
  observations: readonly Observation[],
): readonly Decision<ServerlessRulesState>[] {
  let state = policy.begin(monotonicSeconds(0));
  return observations.map((observation, index) => {
    const at = monotonicSeconds(index);
    const input = { observation, settings, at, stamp: wallSeconds(index) };
    const decision = policy.decide(state, input);
    state = decision.state;
    return decision;
  });
}

test("every request leads to a limit between min and max, and is not for nothing", () => {
  fc.assert(
    fc.property(anySettings, anyHistory, (settings, observations) => {
      for (const { outcome } of run(settings, observations)) {
        if (outcome.kind === "hold") continue;
        const { from, amount } = outcome.request;
        assert.notEqual(amount, 0);
        assert.ok(from + amount >= settings.min - 1e-9, `${from} ${amount} is under min`);
        assert.ok(from + amount <= settings.max + 1e-9, `${from} ${amount} is over max`);
      }
    }),
  );
});

test("a request has the sign of its reason", () => {
  fc.assert(
    fc.property(anySettings, anyHistory, (settings, observations) => {
      for (const { outcome } of run(settings, observations)) {
        if (outcome.kind === "hold") continue;
        const { code } = outcome.request.reason;
        const isShrink = code === "usage-below-lower" || code === "above-max";
        assert.equal(outcome.request.amount < 0, isShrink, code);
      }
    }),
  );
});

test("the same observations lead to the same decisions", () => {
  fc.assert(
    fc.property(anySettings, anyHistory, (settings, observations) => {
      assert.deepEqual(run(settings, observations), run(settings, observations));
    }),
  );
});

test("what is remembered stays bounded", () => {
  fc.assert(
    fc.property(anySettings, anyHistory, (settings, observations) => {
      for (const { state } of run(settings, observations)) {
        assert.ok(state.events.up.length <= 13 && state.events.down.length <= 13);
      }
    }),
  );
});

test("a decision leaves the state it was given as it was", () => {
  fc.assert(
    fc.property(anySettings, anyObservation, (settings, observation) => {
      const state = policy.begin(monotonicSeconds(0));
      const before = structuredClone(state);
      const at = monotonicSeconds(1);
      policy.decide(state, { observation, settings, at, stamp: wallSeconds(1) });
      assert.deepEqual(state, before);
    }),
  );
});
