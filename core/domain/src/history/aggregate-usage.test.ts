import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "../testing/sample-data.ts";
import { wallSeconds } from "../units/time.ts";
import { aggregateUsage } from "./aggregate-usage.ts";
import type { HistoryMetric } from "./history-metrics.ts";
import { type UsageReadings, usageColumns } from "./usage-readings.ts";

const begin = 1_790_000_000;

/** A row per reading: seconds since the beginning, core-seconds used, and more where it matters. */
type Row = { readonly at: number; readonly used: number } & {
  readonly [Metric in HistoryMetric]?: number;
};

const readings = (rows: readonly Row[], resolutionSeconds = 1): UsageReadings => ({
  resolutionSeconds,
  stamps: Float64Array.from(rows, ({ at }) => begin + at),
  columns: usageColumns((metric) =>
    Float64Array.from(rows, (row) =>
      metric === "cpuUsedCoreSeconds" ? row.used : (row[metric] ?? Number.NaN),
    ),
  ),
});

const ask = (
  runs: readonly (readonly UsageReadings[])[],
  { from = 0, to = 1000, stepSeconds = 1 } = {},
) =>
  aggregateUsage(
    {
      structure: nameFor("web"),
      from: wallSeconds(begin + from),
      to: wallSeconds(begin + to),
      stepSeconds,
    },
    runs,
  );

const even = (from: number, count: number, every = 1): readonly Row[] =>
  Array.from({ length: count }, (_, index) => ({ at: from + index * every, used: index * every }));

describe("the history of usage", () => {
  test("of nothing is empty", () => {
    const { stamps, sums } = ask([]);
    assert.equal(stamps.length, 0);
    assert.equal(sums.seconds, 0);
    assert.equal(sums.cpu.used, 0);
  });

  test("holds means in shares, the limit at the end and the highest usage of every step", () => {
    const rows: Row[] = [0, 1, 2, 3, 4].map((at) => ({
      at,
      used: [0, 1, 3, 3, 4][at] ?? 0,
      cpuLimitShares: [100, 200, 300, Number.POSITIVE_INFINITY, 50][at] ?? 0,
      memUsedMib: [10, 30, 20, 5, 7][at] ?? 0,
    }));
    const { stamps, cpu, mem } = ask([[readings(rows)]], { stepSeconds: 2 });
    assert.deepEqual([...stamps], [begin, begin + 2, begin + 4]);
    assert.deepEqual([...cpu.used], [150, 50, Number.NaN]);
    assert.deepEqual([...cpu.usedMax], [200, 100, Number.NaN]);
    assert.deepEqual([...cpu.limit], [200, Number.POSITIVE_INFINITY, 50]);
    assert.deepEqual([...mem.usedMax], [30, 20, 7]);
    assert.ok(mem.used.every(Number.isNaN));
  });

  test("counts a counter that began anew from zero", () => {
    const rows = [90, 100, 40, 50].map((used, at) => ({ at, used }));
    assert.equal(ask([[readings(rows)]]).sums.cpu.used, 10 + 40 + 10);
  });

  test("takes no counter for new that was summed a little lower", () => {
    const rows = [1000, 999.99, 1001].map((used, at) => ({ at, used }));
    assert.ok(Math.abs(ask([[readings(rows)]]).sums.cpu.used - 1.01) < 1e-9);
  });

  test("knows what was used in a gap, not when", () => {
    const { stamps, sums } = ask([
      [readings([...even(0, 5), { at: 100, used: 50 }, { at: 101, used: 51 }])],
    ]);
    assert.equal(sums.cpu.used, 51);
    assert.equal(sums.seconds, 101);
    assert.deepEqual(
      [...stamps].map((stamp) => stamp - begin),
      [0, 1, 2, 3, 4, 100, 101],
    );
  });

  test("knows of a gap as much as steps are long", () => {
    const rows = [...even(0, 5), { at: 100, used: 50 }, { at: 101, used: 51 }];
    const { cpu } = ask([[readings(rows)]], { stepSeconds: 100 });
    assert.ok(Math.abs((cpu.used[0] ?? 0) - 50) < 1e-9);
  });

  test("knows nothing of a gap in which a counter began anew", () => {
    const rows: Row[] = [
      { at: 0, used: 10, cpuAllocatedCoreSeconds: 500 },
      { at: 1, used: 11, cpuAllocatedCoreSeconds: 501 },
      { at: 100, used: 50, cpuAllocatedCoreSeconds: 1 },
      { at: 101, used: 51, cpuAllocatedCoreSeconds: 2 },
    ];
    const { sums } = ask([[readings(rows)]]);
    assert.deepEqual([sums.seconds, sums.cpu.used, sums.cpu.allocated], [2, 2, 2]);
  });

  test("knows nothing of the moment in which a server was started again: its own counters began anew", () => {
    const rows: Row[] = [
      { at: 0, used: 10, cpuAllocatedCoreSeconds: 500, memUsedMibSeconds: 900 },
      { at: 1, used: 11, cpuAllocatedCoreSeconds: 501, memUsedMibSeconds: 910 },
      { at: 3, used: 13, cpuAllocatedCoreSeconds: 0.25, memUsedMibSeconds: 2 },
      { at: 4, used: 14, cpuAllocatedCoreSeconds: 1.25, memUsedMibSeconds: 12 },
    ];
    const { sums } = ask([[readings(rows)]]);
    assert.deepEqual([sums.seconds, sums.cpu.used, sums.cpu.allocated], [2, 2, 2]);
    assert.equal(sums.mem.used, 20);
  });

  test("bridges a value that is missing", () => {
    const rows = [0, Number.NaN, 2, 3].map((used, at) => ({ at, used }));
    const { cpu, sums } = ask([[readings(rows)]]);
    assert.equal(sums.cpu.used, 3);
    assert.deepEqual([...cpu.used], [100, 100, 100, Number.NaN]);
  });

  test("cuts out what was asked for", () => {
    const { sums, stamps } = ask([[readings(even(0, 20))]], { from: 4.5, to: 9.25 });
    assert.equal(sums.seconds, 4.75);
    assert.equal(sums.cpu.used, 4.75);
    assert.equal(stamps[0], begin + 4.5);
  });

  test("has steps no finer than what was kept, as a multiple of it", () => {
    const old = readings(even(0, 10, 60), 60);
    const young = readings(even(600, 100), 1);
    assert.equal(ask([[old, young]], { stepSeconds: 1 }).stepSeconds, 60);
    assert.equal(ask([[old, young]], { stepSeconds: 61 }).stepSeconds, 120);
    assert.equal(ask([[old, young]], { from: 600, stepSeconds: 1.5 }).stepSeconds, 2);
  });

  test("takes readings every 5 s for what they are, and for no gaps", () => {
    const { cpu, stepSeconds } = ask([[readings(even(0, 20, 5))]]);
    assert.equal(stepSeconds, 5);
    assert.equal(cpu.used.lastIndexOf(100), 18);
  });

  test("keeps both of an hour that was lived twice, as the clock stepped back", () => {
    const [first, second] = [readings(even(0, 10)), readings(even(4, 10))];
    const { sums, stamps, cpu } = ask([[first], [second]]);
    assert.equal(sums.cpu.used, 18);
    assert.equal(sums.seconds, 18);
    assert.deepEqual(
      [...stamps].map((stamp) => stamp - begin),
      Array.from({ length: 14 }, (_, index) => index),
    );
    assert.equal(cpu.used[6], 100);
  });

  test("never says that more than all of the time was throttled", () => {
    const rows = [0, 1, 2].map((at) => ({ at, used: 0, cpuThrottledSeconds: at * 3 }));
    const { throttledRatio, sums } = ask([[readings(rows)]]);
    assert.equal(throttledRatio[0], 1);
    assert.equal(sums.throttledSeconds, 6);
  });
});
