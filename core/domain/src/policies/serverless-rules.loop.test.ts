import assert from "node:assert/strict";
import { test } from "node:test";
import { idFor, nameFor, policyFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";

/**
 * The policy alone against a modelled container, its requests applied as they are: what is used is
 * the demand, held down by the limit.
 */
function runLoop(demands: readonly number[], startLimit: number): readonly number[] {
  const policy = policyFor();
  const settings = settingsFor({ min: 10, max: 200 });
  let state = policy.begin(monotonicSeconds(0));
  let limit = startLimit;
  return demands.map((demand, index) => {
    const at = monotonicSeconds(index / 10);
    const observation = {
      structure: nameFor("web"),
      id: idFor("web"),
      windowSeconds: 0.1,
      used: Math.min(demand, limit),
      limit,
      isFrozen: false,
    };
    const decision = policy.decide(state, { observation, settings, at, stamp: wallSeconds(at) });
    state = decision.state;
    if (decision.outcome.kind === "request") limit += decision.outcome.request.amount;
    return limit;
  });
}

const steady = (demand: number, windows: number): readonly number[] =>
  Array.from({ length: windows }, () => demand);

const changesOf = (limits: readonly number[]): number =>
  limits.filter((limit, index) => index > 0 && limit !== limits[index - 1]).length;

for (const demand of [0, 5, 30, 80, 100, 150, 175, 200, 400]) {
  for (const start of [10, 50, 200]) {
    test(`settles on a demand of ${demand} from a limit of ${start}, and stays`, () => {
      const limits = runLoop(steady(demand, 200), start);
      assert.equal(changesOf(limits.slice(40)), 0);
      assert.ok((limits.at(-1) ?? 0) >= Math.min(demand, 200));
    });
  }
}

test("the limit it settles on leaves little unused", () => {
  const settled = runLoop(steady(100, 200), 200).at(-1) ?? 0;
  assert.ok(settled >= 110 && settled <= 140, `${settled} for a demand of 100`);
});

test("a step up is met in the window in which it shows, step by step of 75", () => {
  const limits = runLoop([...steady(20, 50), ...steady(190, 5)], 200);
  const before = limits[49] ?? 0;
  assert.ok(before <= 70);
  assert.deepEqual(limits.slice(50, 52), [before + 75, Math.min(before + 150, 200)]);
});

test("a step down is followed after six windows, not before", () => {
  const limits = runLoop([...steady(190, 20), ...steady(20, 12)], 200);
  assert.deepEqual(limits.slice(20, 25), [200, 200, 200, 200, 200]);
  assert.ok((limits[25] ?? 0) < 100);
});

test("a demand that jitters inside the band moves nothing", () => {
  const jitter = Array.from({ length: 200 }, (_, index) => 100 + (index % 5));
  assert.equal(changesOf(runLoop(jitter, 130).slice(1)), 0);
});

test("a short spike is met, and left again only after it stayed away for six windows", () => {
  const spiky = Array.from({ length: 200 }, (_, index) => (index % 20 === 10 ? 150 : 30));
  const limits = runLoop(spiky, 200).slice(40);
  for (const [index, limit] of limits.entries()) {
    const sinceSpike = (index + 40 - 10) % 20;
    if (sinceSpike < 6) assert.ok(limit >= 135, `${limit} ${sinceSpike} windows after a spike`);
  }
});
