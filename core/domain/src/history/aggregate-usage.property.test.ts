import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { nameFor } from "../testing/sample-data.ts";
import { wallSeconds } from "../units/time.ts";
import { aggregateUsage } from "./aggregate-usage.ts";
import type { UsageHistory } from "./usage-history.ts";
import { type UsageReadings, usageColumns } from "./usage-readings.ts";

const begin = 1_790_000_000;

/** Distance to the reading before, and what all counters grew by; some distances are gaps. */
const step = fc.record({
  seconds: fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: 0.5, max: 2, noNaN: true }) },
    { weight: 1, arbitrary: fc.integer({ min: 10, max: 300 }) },
  ),
  growth: fc.double({ min: 0, max: 4, noNaN: true }),
});
const steps = fc.array(step, { minLength: 2, maxLength: 200 });
const stepSeconds = fc.integer({ min: 1, max: 400 });

function readingsOf(made: readonly { seconds: number; growth: number }[]): UsageReadings {
  const stamps = new Float64Array(made.length);
  const values = new Float64Array(made.length);
  let stamp = begin;
  let value = 0;
  made.forEach(({ seconds, growth }, index) => {
    stamp += seconds;
    value += growth;
    stamps[index] = stamp;
    values[index] = value;
  });
  return { resolutionSeconds: 1, stamps, columns: usageColumns(() => values) };
}

const ask = (parts: readonly UsageReadings[], seconds: number, from = 0, to = 100_000) =>
  aggregateUsage(
    {
      structure: nameFor("web"),
      from: wallSeconds(begin + from),
      to: wallSeconds(begin + to),
      stepSeconds: seconds,
    },
    [parts],
  );

const isNear = (a: number, b: number): void =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

describe("the history of usage", () => {
  test("has sums that do not depend on the steps", () => {
    fc.assert(
      fc.property(steps, stepSeconds, (made, seconds) => {
        const readings = readingsOf(made);
        const fine = ask([readings], 1);
        assert.deepEqual(ask([readings], seconds).sums, fine.sums);
        const last = readings.columns.cpuUsedCoreSeconds.at(-1) ?? 0;
        isNear(fine.sums.cpu.used, last - (readings.columns.cpuUsedCoreSeconds[0] ?? 0));
      }),
    );
  });

  test("has sums that add up, wherever the time is cut", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 1000 }), (made, cut) => {
        const readings = [readingsOf(made)];
        const parts = [ask(readings, 1, 0, cut), ask(readings, 1, cut)];
        const whole = ask(readings, 1).sums;
        isNear(
          parts.reduce((sum, { sums }) => sum + sums.cpu.used, 0),
          whole.cpu.used,
        );
        isNear(
          parts.reduce((sum, { sums }) => sum + sums.seconds, 0),
          whole.seconds,
        );
      }),
    );
  });

  test("has means that are the sums, weighted by the time that each step knows of", () => {
    fc.assert(
      fc.property(steps, stepSeconds, (made, seconds) => {
        const readings = readingsOf(made.map((one) => ({ ...one, seconds: one.seconds % 3 || 1 })));
        const answer = ask([readings], seconds);
        const { from, to } = { from: readings.stamps[0] ?? 0, to: readings.stamps.at(-1) ?? 0 };
        isNear(weighted(answer, from, to), answer.sums.cpu.used);
      }),
    );
  });

  test("is the same of parts that overlap as of the whole", () => {
    fc.assert(
      fc.property(steps, fc.nat(199), fc.nat(199), (made, a, b) => {
        const whole = readingsOf(made);
        const parts = [cutOut(whole, 0, Math.max(a, b)), cutOut(whole, Math.min(a, b))];
        isNear(ask(parts, 1).sums.cpu.used, ask([whole], 1).sums.cpu.used);
      }),
    );
  });
});

function weighted({ stamps, stepSeconds, cpu }: UsageHistory, from: number, to: number): number {
  return stamps.reduce((sum, stamp, index) => {
    const known = Math.min(to, stamp + stepSeconds) - Math.max(from, stamp);
    return known <= 0 ? sum : sum + ((cpu.used[index] ?? 0) / 100) * known;
  }, 0);
}

function cutOut(readings: UsageReadings, from: number, to?: number): UsageReadings {
  return {
    ...readings,
    stamps: readings.stamps.subarray(from, to),
    columns: usageColumns((metric) => readings.columns[metric].subarray(from, to)),
  };
}
