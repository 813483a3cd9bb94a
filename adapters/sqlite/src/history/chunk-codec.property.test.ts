import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { historyMetrics, type UsageReadings, usageColumns } from "@sc/domain";
import fc from "fast-check";
import { decodeChunk, encodeChunk } from "./chunk-codec.ts";

/** What a value may be off by, in its own unit. */
const tolerance = (metric: string): number => {
  if (metric.startsWith("mem")) return 0.5001 / 256;
  return metric === "cpuLimitShares" ? 0.000_51 : 0.000_005_1;
};

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 1e7, noNaN: true }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
  { weight: 1, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
);
const column = fc.oneof(
  fc.array(value, { minLength: 130, maxLength: 130 }),
  value.map((one) => Array.from({ length: 130 }, () => one)),
);
const readings = fc
  .record({
    columns: fc.array(column, {
      minLength: historyMetrics.length,
      maxLength: historyMetrics.length,
    }),
    gaps: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 130 }),
    begin: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  })
  .map(({ columns, gaps, begin }): UsageReadings => {
    let time = begin;
    const stamps = Float64Array.from(gaps, (gap) => {
      time += gap;
      return time / 1000;
    });
    return {
      resolutionSeconds: 1,
      stamps,
      columns: usageColumns((_, index) =>
        Float64Array.from(columns[index] ?? []).subarray(0, gaps.length),
      ),
    };
  });

describe("a chunk", () => {
  test("holds stamps exactly and values as finely as promised, whatever they are", () => {
    fc.assert(
      fc.property(readings, (given) => {
        const decoded = decodeChunk(encodeChunk(given), 1);
        assert.ok(decoded.ok, JSON.stringify(decoded));
        assert.deepEqual(decoded.value.stamps, given.stamps);
        for (const { name } of historyMetrics) {
          const back = decoded.value.columns[name];
          given.columns[name].forEach((wanted, index) => {
            const got = back[index] ?? 0;
            const isGood = Number.isFinite(wanted)
              ? Math.abs(got - wanted) <= Math.max(tolerance(name), Math.abs(wanted) * 1e-15)
              : Object.is(got, wanted);
            assert.ok(isGood, `${name} is ${got}, not ${wanted}`);
          });
        }
      }),
    );
  });

  test("may be empty", () => {
    const empty = {
      resolutionSeconds: 1,
      stamps: new Float64Array(),
      columns: usageColumns(() => new Float64Array()),
    };
    assert.deepEqual(decodeChunk(encodeChunk(empty), 1), { ok: true, value: empty });
  });
});
