import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Demand } from "./demand.ts";
import { flowing, poissonRequests } from "./generated-demand.ts";
import {
  burstInflow,
  type Inflow,
  onOffInflow,
  rampInflow,
  recordedInflow,
  stepInflow,
} from "./inflow.ts";
import { Random } from "./random.ts";

/** What becomes due in each stretch of so many seconds. */
function dueIn(demand: Demand, stretchSeconds: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) =>
    demand.dueCoreSeconds({
      fromSeconds: index * stretchSeconds,
      toSeconds: (index + 1) * stretchSeconds,
      backlogCoreSeconds: 0,
    }),
  );
}

const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const shapes: Readonly<Record<string, Inflow>> = {
  step: stepInflow({ rate: 1, toRate: 3, atSeconds: 2 }),
  burst: burstInflow({ burstRate: 4, burstSeconds: 1, rate: 0.5 }),
  ramp: rampInflow({ rate: 1, toRate: 3, fromSeconds: 1, toSeconds: 3 }),
  onOff: onOffInflow({ onRate: 2, offRate: 0.5, onSeconds: 1, offSeconds: 2 }),
  recorded: recordedInflow({ stepSeconds: 2, values: Float64Array.of(1, 3) }),
};

describe("work that flows in", () => {
  const cases: Readonly<Record<keyof typeof shapes, readonly number[]>> = {
    step: [1, 1, 3, 3, 3, 3],
    burst: [4, 0.5, 0.5, 0.5, 0.5, 0.5],
    ramp: [1, 1.5, 2.5, 3, 3, 3],
    onOff: [2, 0.5, 0.5, 2, 0.5, 0.5],
    recorded: [1, 1, 3, 3, 0, 0],
  };
  for (const [name, inflow] of Object.entries(shapes)) {
    test(`as a ${name} is due second by second, and as much in other stretches`, () => {
      assert.deepEqual(rounded(dueIn(flowing(inflow, 4), 1, 6)), cases[name]);
      assert.equal(
        sum(dueIn(flowing(inflow, 4), 0.1, 60)).toFixed(6),
        sum(cases[name] ?? []).toFixed(6),
      );
    });
  }

  test("is never less than nothing, whatever the stretches", () => {
    const stretch = fc.tuple(
      fc.constantFrom(...Object.keys(shapes)),
      fc.double({ min: 0, max: 90_000, noNaN: true }),
      fc.double({ min: 1e-6, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(stretch, ([name, fromSeconds, seconds]) => {
        const demand = flowing(shapes[name] ?? (() => Number.NaN), 1);
        const toSeconds = fromSeconds + seconds;
        assert.ok(demand.dueCoreSeconds({ fromSeconds, toSeconds, backlogCoreSeconds: 0 }) >= 0);
      }),
    );
  });
});

describe("requests by chance", () => {
  const requests = stepInflow({ rate: 100, toRate: 300, atSeconds: 500 });
  const make = (seed: number, sizes: "fixed" | "exponential" = "fixed") =>
    poissonRequests({ random: new Random(seed), requests, sizes, coreSeconds: 0.01 });

  test("come again from the same seed, and others from another", () => {
    assert.deepEqual(dueIn(make(1), 0.1, 100), dueIn(make(1), 0.1, 100));
    assert.notDeepEqual(dueIn(make(1), 0.1, 100), dueIn(make(2), 0.1, 100));
  });

  test("are whole requests of one size", () => {
    assert.ok(dueIn(make(3), 0.1, 200).every((due) => Math.abs((due * 100) % 1) < 1e-6));
  });

  for (const sizes of ["fixed", "exponential"] as const) {
    test(`of ${sizes} size bring the work that their rate says, before and after it changes`, () => {
      const due = dueIn(make(4, sizes), 0.1, 10_000);
      // The mean of 5 000 stretches is within 5 deviations of what is expected.
      const perSecond = (from: number) => sum(due.slice(from, from + 5000)) / 500;
      assert.ok(Math.abs(perSecond(0) - 1) < 0.04, String(perSecond(0)));
      assert.ok(Math.abs(perSecond(5000) - 3) < 0.06, String(perSecond(5000)));
    });

    test(`of ${sizes} size vary as they must`, () => {
      const due = dueIn(make(5, sizes), 0.1, 5000);
      const mean = sum(due) / due.length;
      const variance = sum(due.map((each) => (each - mean) ** 2)) / due.length;
      // n arrivals of mean size s: n·s² where all are alike, twice that where sizes are exponential.
      const expected = 10 * 0.01 ** 2 * (sizes === "fixed" ? 1 : 2);
      assert.ok(Math.abs(variance / expected - 1) < 0.2, String(variance / expected));
    });
  }
});
