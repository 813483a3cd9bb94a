import assert from "node:assert/strict";
import { test } from "node:test";
import { planTasks } from "./plan-tasks.ts";
import { rowsOf } from "./rows-of.ts";
import type { FrontierFigures } from "./task.ts";

const figures = (utilization: number): FrontierFigures => ({
  utilization,
  throttledRatio: 0,
  p99BacklogMs: 0,
  p999BacklogMs: 0,
  changesPerMinute: 1,
  neighbourP99Ms: null,
  kills: 0,
});

const series = (trace: string, kind: "requests" | "demand", resource: "cpu" | "net" = "cpu") => ({
  trace,
  kind,
  resource,
  stepSeconds: 1,
  values: Float64Array.from({ length: 40 }, () => 50),
  gaps: [],
});

test("requests are run with five seeds, measured demand with one, each period by itself", () => {
  const policies = ["burst-quota", "captain"];
  const tasks = planTasks({
    series: [
      series("a.txt", "requests"),
      series("b.csv", "demand"),
      series("c.csv", "demand", "net"),
    ],
    policies,
    firstSeed: 7,
  });
  const runs = tasks.map(({ source, policy, period, seed }) => {
    const trace = source.kind === "trace" ? source.series.trace : source.name;
    return `${trace} ${policy} ${period} ${seed}`;
  });
  assert.equal(runs.length, 3 * 5 + 3);
  assert.ok(runs.includes("a.txt burst-quota own 7") && runs.includes("a.txt captain 100ms 11"));
  assert.ok(runs.includes("b.csv burst-quota 100ms 7") && !runs.includes("b.csv captain own 7"));
});

test("without a trace the loads are generated", () => {
  const tasks = planTasks({ series: [], policies: ["vpa"], firstSeed: 1 });
  assert.ok(tasks.length >= 5);
  assert.ok(tasks.every(({ source }) => source.kind === "generator"));
});

test("a row holds the median of its runs; one that failed counts for nothing", () => {
  const policies = ["captain"];
  const tasks = planTasks({ series: [series("a.txt", "requests")], policies, firstSeed: 1 });
  const outcomes = [0.9, 0.25, 0.75, 0.5].map(figures);
  const [row, ...more] = rowsOf(tasks, [...outcomes, { failure: "it broke" }]);
  assert.equal(more.length, 0);
  assert.equal(row?.utilization, 0.625);
  assert.equal(row.policy, "captain");
  assert.equal(row.trace, "a.txt");
  assert.equal(row.neighbourP99Ms, null);
  const [empty] = rowsOf(
    tasks,
    tasks.map(() => ({ failure: "it broke" })),
  );
  assert.equal(empty?.utilization, null);
});
