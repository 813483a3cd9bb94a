import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Random } from "@sc/simulation";
import { arrivalsMs, phasesOf } from "./schedule.ts";

describe("the times at which a load comes", () => {
  const phases = phasesOf({ warmUpSeconds: 1000, seconds: 2000 }, 10);
  const arrivals = arrivalsMs(phases, new Random(1));

  test("are few in the warm-up and after it, then many, then half as many", () => {
    assert.deepEqual(phasesOf({ warmUpSeconds: 10, seconds: 20 }, 90), [
      { seconds: 16, perSecond: 30 },
      { seconds: 7, perSecond: 90 },
      { seconds: 7, perSecond: 45 },
    ]);
  });

  test("fill all phases, each with its own number a second", () => {
    let beginMs = 0;
    for (const { seconds, perSecond } of phases) {
      const endMs = beginMs + seconds * 1000;
      const count = arrivals.filter((atMs) => atMs >= beginMs && atMs < endMs).length;
      assert.ok(Math.abs(count / (seconds * perSecond) - 1) < 0.1, `${count} in ${seconds} s`);
      beginMs = endMs;
    }
    assert.equal(beginMs, 3_000_000);
    assert.ok((arrivals.at(-1) ?? Number.NaN) < beginMs);
  });

  test("are in order, and the same again from the same seed alone", () => {
    assert.deepEqual(
      arrivals,
      arrivals.toSorted((a, b) => a - b),
    );
    assert.deepEqual(arrivals, arrivalsMs(phases, new Random(1)));
    assert.notDeepEqual(arrivals, arrivalsMs(phases, new Random(2)));
  });

  test("are as irregular as those of people who know nothing of each other", () => {
    const gaps = arrivalsMs([{ seconds: 1000, perSecond: 10 }], new Random(3)).map(
      (atMs, index, all) => atMs - (all[index - 1] ?? 0),
    );
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    // Exponential gaps: as large a deviation as the mean.
    assert.ok(Math.abs(Math.sqrt(variance) / mean - 1) < 0.1);
  });
});
