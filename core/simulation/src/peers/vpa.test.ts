import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DecayingHistogram } from "./decaying-histogram.ts";
import { limitsOf, readingWith, repeated, rounded, startWith } from "./peer-fixture.ts";
import { vpaCpu, vpaMem } from "./vpa.ts";
import { VpaMemoryPeaks } from "./vpa-memory-peaks.ts";
import { recommendAsVpa, vpaConfidence } from "./vpa-recommendation.ts";

const day = 86_400;
const cpuHistogram = () => new DecayingHistogram({ first: 1, max: 1e5, halfLifeSeconds: day });
const memHistogram = () => new DecayingHistogram({ first: 10, max: 1e6, halfLifeSeconds: day });

/** The upper edge of the bucket that a value falls into. */
function edgeOf(histogram: DecayingHistogram, value: number): number {
  return histogram.startOf(histogram.bucketOf(value) + 1);
}

describe("what the vertical pod autoscaler recommends", () => {
  test("confidence is days of samples, by their span or their number", () => {
    assert.deepEqual([vpaConfidence(day / 2, 1440), vpaConfidence(7 * day, 720)], [0.5, 0.5]);
  });

  const histogram = cpuHistogram();
  histogram.add({ value: 100, weight: 0.1, seconds: 0 });
  const recommend = (confidence: number, floor = 2.5) =>
    recommendAsVpa({ histogram, confidence, floor, perUnit: 1e9 });
  const target = 1.15 * edgeOf(histogram, 100);

  const widths: readonly (readonly [string, number, number, number])[] = [
    ["5 min", 5 / 1440, 289, 0.603],
    ["30 min", 30 / 1440, 49, 0.91],
    ["60 min", 60 / 1440, 25, 0.954],
    ["12 h", 0.5, 3, 0.996],
    ["24 h", 1, 2, 0.998],
    ["7 days", 7, 1.143, 1],
  ];
  for (const [history, confidence, upper, lower] of widths) {
    test(`after ${history} upper is × ${upper} and lower × ${lower}; the target is the same`, () => {
      const recommended = recommend(confidence);
      const factors = [recommended.upper / target, recommended.lower / target];
      assert.deepEqual(rounded(factors), [upper, lower]);
      assert.deepEqual(rounded([recommended.target], 6), rounded([target], 6));
    });
  }

  test("without any history upper has no bound and lower is the floor", () => {
    assert.deepEqual([recommend(0).upper, recommend(0).lower], [Number.POSITIVE_INFINITY, 2.5]);
  });

  test("no less than the floor, and rounded up to the unit's part", () => {
    const small = cpuHistogram();
    small.add({ value: 0.5, weight: 0.1, seconds: 0 });
    const floored = { histogram: small, confidence: 1, floor: 2.5, perUnit: 10 };
    assert.equal(recommendAsVpa(floored).target, 2.5);
    const recommended = recommendAsVpa({ ...floored, histogram });
    assert.equal(recommended.target, Math.ceil(target * 10) / 10);
  });
});

test("the target is the 90th percentile, lower the 50th, upper the 95th", () => {
  const histogram = cpuHistogram();
  const hundredth = (value: number, times: number) =>
    histogram.add({ value, weight: times, seconds: 0 });
  hundredth(10, 49);
  hundredth(20, 2);
  hundredth(40, 38);
  hundredth(80, 2);
  hundredth(160, 3);
  hundredth(320, 2);
  hundredth(640, 4);
  const recommended = recommendAsVpa({ histogram, confidence: 1e9, floor: 1, perUnit: 1e9 });
  assert.deepEqual(
    rounded([recommended.lower, recommended.target, recommended.upper], 6),
    rounded(
      [20, 80, 320].map((value) => 1.15 * edgeOf(histogram, value)),
      6,
    ),
  );
});

describe("vpa as a policy", () => {
  test("of cpu no less than 25 millicores", () => {
    assert.deepEqual(limitsOf(vpaCpu(), [{ used: 0 }]), [2.5]);
  });

  test("a sample of a day ago weighs half of one of now", () => {
    const run = vpaCpu().begin(startWith());
    const targetAfter = (seconds: number, used: number) =>
      run.step(readingWith({ seconds, used }))?.limit;
    const targetOf = (value: number) => Math.ceil(11.5 * edgeOf(cpuHistogram(), value)) / 10;
    targetAfter(0, 200);
    const targets = [1, 2, 3, 4, 5].map(() => targetAfter(day, 10));
    // One against four times two is more than a tenth, against five times two less.
    assert.deepEqual(targets.slice(3), [targetOf(200), targetOf(10)]);
  });

  test("starts as provisioned and sets the 90th percentile and 15 % each minute", () => {
    const readings = [...repeated(18, { used: 50 }), ...repeated(2, { used: 200 })];
    const limits = limitsOf(vpaCpu(), readings);
    const cpu = cpuHistogram();
    const targetOf = (value: number) => Math.ceil(11.5 * edgeOf(cpu, value)) / 10;
    assert.deepEqual(limits[17], targetOf(50));
    // Two of twenty, and heavier for being later: just more than a tenth.
    assert.deepEqual(limits[19], targetOf(200));
  });

  test("its updater leaves what lies between lower and upper until 12 h are over", () => {
    const kept = vpaCpu({ isUpdaterKept: true });
    const limits = limitsOf(kept, repeated(12 * 60, { used: 150 }));
    const targetOf = (value: number) => Math.ceil(11.5 * edgeOf(cpuHistogram(), value)) / 10;
    assert.deepEqual([limits[0], limits.at(-2), limits.at(-1)], [400, 400, targetOf(150)]);
    // Outside [lower, upper] it moves at once: after 3 min lower passes 0.4 of the target.
    const tight = limitsOf(kept, repeated(6, { used: 100 }), { limit: 50 });
    assert.deepEqual([tight[2], tight[3]], [50, targetOf(100)]);
  });

  test("of memory no less than 250 MB, and a kill is answered with 100 MiB or 20 % more", () => {
    const band = { limit: 1000, min: 64, max: 8192 };
    assert.deepEqual(rounded(limitsOf(vpaMem(), [{ used: 50 }], band), 1), [238.4]);
    const [after = 0] = limitsOf(vpaMem(), [{ used: 1000, isKilled: true }], band);
    assert.ok(after > 1.15 * 1200 && after < 1.15 * 1200 * 1.06, `${after}`);
  });

  test("its updater forgets a kill after 10 min", () => {
    const run = vpaMem({ isUpdaterKept: true }).begin(startWith({ max: 8192 }));
    const wishAt = (seconds: number, isKilled = false) =>
      run.step(readingWith({ seconds, used: 990, limit: 1000, isKilled }));
    assert.notEqual(wishAt(60, true), undefined);
    assert.notEqual(wishAt(660), undefined);
    assert.equal(wishAt(661), undefined);
  });

  test("its updater moves after a kill, however little is known", () => {
    const kept = vpaMem({ isUpdaterKept: true });
    const band = { limit: 1000, min: 64, max: 8192 };
    const [calm, after = 0] = limitsOf(kept, [{ used: 990 }, { used: 990, isKilled: true }], band);
    assert.equal(calm, 1000);
    assert.ok(after > 1.15 * 1200, `${after}`);
  });
});

describe("what the vertical pod autoscaler learns of memory", () => {
  test("one peak a day: a higher sample takes the place of the lower", () => {
    const histogram = memHistogram();
    const peaks = new VpaMemoryPeaks(histogram);
    for (const mib of [100, 300, 200]) peaks.add(60, mib);
    assert.equal(histogram.percentile(0), edgeOf(histogram, 300));
    peaks.add(60 + day + 1, 50);
    // A peak of 300 of weight 1 and one of 50 of weight 2.
    assert.equal(histogram.percentile(0.66), edgeOf(histogram, 50));
    assert.equal(histogram.percentile(0.67), edgeOf(histogram, 300));
  });

  test("a kill needs what was requested or seen, and more; but kills do not feed one another", () => {
    const needed = (requestMib: number, times = 1) => {
      const histogram = memHistogram();
      const peaks = new VpaMemoryPeaks(histogram);
      peaks.add(60, 400);
      for (let time = 0; time < times; time += 1) peaks.addKill(120, requestMib);
      return histogram.percentile(1);
    };
    assert.equal(needed(300), edgeOf(memHistogram(), 500));
    assert.equal(needed(2000), edgeOf(memHistogram(), 2400));
    assert.equal(needed(300, 5), edgeOf(memHistogram(), 500));
  });

  test("a kill of a small container adds 100 MiB, and a higher peak takes its place", () => {
    const histogram = memHistogram();
    const peaks = new VpaMemoryPeaks(histogram);
    peaks.add(60, 100);
    peaks.addKill(120, 50);
    assert.equal(histogram.percentile(1), edgeOf(histogram, 200));
    peaks.add(180, 600);
    assert.equal(histogram.percentile(0), edgeOf(histogram, 600));
  });
});
