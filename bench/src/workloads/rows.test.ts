import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rowsOf } from "./rows.ts";
import type { Run } from "./runs.ts";

const quiet: Run = {
  workload: "web",
  arm: "unlimited",
  pair: 1,
  runSeconds: 20,
  throughput: 100,
  p50Ms: 5,
  p99Ms: 10,
  used: 9,
  allocated: 40,
  throttledSeconds: 0,
  changes: 0,
  memUtilization: null,
  kills: 0,
  explained: "",
  usedByKernel: 9,
  held: 40,
  writes: 0,
  handedOutMost: 0,
  usedByLoad: 1,
  loadAverage: 0.5,
};
const scaledRun: Run = { ...quiet, arm: "burst-quota", allocated: 10, changes: 4 };
/** Two unlimited runs of a pair, and one that is scaled between them. */
const pairOf = (pair: number, changes: Partial<Run>): readonly Run[] =>
  [quiet, { ...scaledRun, ...changes }, quiet].map((run) => ({ ...run, pair }));
const verdictOf = (runs: readonly Run[]): string =>
  rowsOf(runs).find(({ arm }) => arm === "burst-quota")?.verdict ?? "";

describe("the rows of a workload", () => {
  test("hold the medians of each arm, whatever one run met with", () => {
    const [unlimited, row] = rowsOf([
      ...pairOf(1, { p99Ms: 10, used: 8, allocated: 10 }),
      ...pairOf(2, { p99Ms: 900, used: 9, allocated: 11 }),
      ...pairOf(3, { p99Ms: 12, used: 8.5, allocated: 10 }),
    ]);
    assert.equal(unlimited?.utilization, 9 / 40);
    assert.equal(row?.arm, "burst-quota");
    assert.equal(row?.p99Ms, 12);
    assert.equal(row?.utilization, 8.5 / 10);
  });

  test("take the mean of the two in the middle where their number is even", () => {
    const [, row] = rowsOf([...pairOf(1, { p99Ms: 10 }), ...pairOf(2, { p99Ms: 20 })]);
    assert.equal(row?.p99Ms, 15);
  });

  test("say how far unlimited is from itself: the larger of run time and p99", () => {
    const first = { ...quiet, runSeconds: 20, p99Ms: 10 };
    const second = { ...quiet, runSeconds: 20.2, p99Ms: 10.4 };
    const [row] = rowsOf([first, second]);
    assert.equal(row?.aaSpread.toFixed(4), "0.0400");
    const others = [second, { ...first, runSeconds: 24 }, first, second];
    const apart = rowsOf([first, ...others]).map((turned) => turned.aaSpread.toFixed(4));
    // Of run time .01, .188, .2 and .01: the middle of those.
    assert.deepEqual(apart, ["0.0991"]);
  });

  const cases = [
    { what: "as long, as quick and well used", changes: {}, verdict: /^met: run \+0\.0 %/ },
    {
      what: "just within the bounds",
      changes: { runSeconds: 20.39, p99Ms: 10.49 },
      verdict: /^met/,
    },
    {
      what: "longer",
      changes: { runSeconds: 20.41 },
      verdict: /^NOT MET \(run time\): run \+2\.0 %/,
    },
    { what: "with later answers", changes: { p99Ms: 10.51 }, verdict: /^NOT MET \(p99\)/ },
    { what: "with too much allocated", changes: { allocated: 12 }, verdict: /\(utilization\)/ },
    {
      what: "worse in all",
      changes: { runSeconds: 30, p99Ms: 99, allocated: 40 },
      verdict: /\(run time, p99, utilization\)/,
    },
    { what: "without a figure", changes: { p99Ms: Number.NaN }, verdict: /NOT MET \(p99\)/ },
  ];
  for (const { what, changes, verdict } of cases) {
    test(`say whether the promise is kept by an arm that is ${what}`, () => {
      assert.match(verdictOf(pairOf(1, changes)), verdict);
    });
  }

  test("allow what unlimited itself differs by, and judge unlimited by nothing", () => {
    const runs = [quiet, { ...scaledRun, p99Ms: 11.9 }, { ...quiet, p99Ms: 11 }];
    const [unlimited] = rowsOf(runs);
    assert.equal(unlimited?.verdict, "");
    assert.match(verdictOf(runs), /^met[^;]*$/);
  });

  test("say where unlimited differs so much from itself that nothing can be told", () => {
    assert.match(verdictOf([...pairOf(1, {}), { ...quiet, p99Ms: 14 }]), /; too noisy to tell$/);
  });
});
