import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { nameFor } from "../testing/sample-data.ts";
import { wallSeconds } from "../units/time.ts";
import { aggregateUsage } from "./aggregate-usage.ts";
import { thinReadings } from "./thin-readings.ts";
import { type UsageReadings, usageColumns } from "./usage-readings.ts";

const begin = 1_790_000_000;

const sums = (readings: UsageReadings) =>
  aggregateUsage(
    {
      structure: nameFor("web"),
      from: wallSeconds(0),
      to: wallSeconds(begin * 2),
      stepSeconds: 1,
    },
    [[readings]],
  ).sums;

/** What counters grow by each second; `null` = they begin anew. */
const growths = fc.array(fc.option(fc.double({ min: 0, max: 4, noNaN: true }), { freq: 20 }), {
  minLength: 1,
  maxLength: 300,
});

function readingsOf(made: readonly (number | null)[]): UsageReadings {
  let value = 1000;
  const values = Float64Array.from(made, (growth) => {
    // Far enough below to be no racy sum of the kernel's.
    value = growth === null ? value / 4 : value + growth;
    return value;
  });
  return {
    resolutionSeconds: 1,
    stamps: Float64Array.from(made, (_, index) => begin + index),
    columns: usageColumns(() => values),
  };
}

describe("readings that were thinned out", () => {
  test("have the same sums from their first reading on, also when counters began anew", () => {
    fc.assert(
      fc.property(growths, fc.constantFrom(10, 60), (made, resolution) => {
        const readings = readingsOf(made);
        const thin = thinReadings([readings], resolution);
        const first = readings.stamps.indexOf(thin.stamps[0] ?? 0);
        const rest: UsageReadings = {
          ...readings,
          stamps: readings.stamps.subarray(first),
          columns: usageColumns((metric) => readings.columns[metric].subarray(first)),
        };
        const [after, before] = [sums(thin), sums(rest)];
        assert.ok(Math.abs(after.cpu.used - before.cpu.used) < 1e-6);
        assert.equal(after.seconds, before.seconds);
      }),
    );
  });

  test("keep the highest memory in use, and the last of everything else", () => {
    const stamps = Float64Array.from([begin, begin + 1, begin + 2, begin + 3]);
    const columns = usageColumns((metric) => {
      if (metric === "memLimitMib") return new Float64Array(4).fill(Number.POSITIVE_INFINITY);
      const isGauge = metric === "memUsedMib" || metric === "cpuLimitShares";
      return Float64Array.from(isGauge ? [3, 9, 4, Number.NaN] : [1, 2, 3, Number.NaN]);
    });
    const thin = thinReadings([{ resolutionSeconds: 1, stamps, columns }], 10);
    assert.deepEqual([...thin.stamps], [begin + 3]);
    assert.deepEqual([...thin.columns.memUsedMib], [9]);
    assert.deepEqual([...thin.columns.cpuLimitShares], [4]);
    assert.deepEqual([...thin.columns.cpuUsedCoreSeconds], [3]);
    assert.deepEqual([...thin.columns.memLimitMib], [Number.POSITIVE_INFINITY]);
  });

  test("keep nothing for a time nothing was read in", () => {
    const readings = readingsOf([1, 1, 1]);
    const stamps = Float64Array.from([begin, begin + 1, begin + 1000]);
    assert.equal(thinReadings([{ ...readings, stamps }], 60).stamps.length, 2);
    assert.equal(thinReadings([], 60).stamps.length, 0);
  });
});
