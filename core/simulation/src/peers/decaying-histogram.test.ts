import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DecayingHistogram } from "./decaying-histogram.ts";

const day = 86_400;
const cpuScale = { first: 0.01, max: 1000, halfLifeSeconds: day };
const cpu = () => new DecayingHistogram(cpuScale);
const mem = () => new DecayingHistogram({ first: 1e7, max: 1e12, halfLifeSeconds: day });

describe("the histogram of the vertical pod autoscaler", () => {
  test("has the buckets of its two scales", () => {
    // ceil(log of 5 001 to the base 1.05) + 1: 175 + 1; of memory 5 001 as well.
    assert.deepEqual([cpu().buckets, mem().buckets], [176, 176]);
  });

  test("begins its buckets at 0, first, first · 2.05, first · 3.1525", () => {
    const starts = [0, 1, 2, 3].map((bucket) => cpu().startOf(bucket).toFixed(6));
    assert.deepEqual(starts, ["0.000000", "0.010000", "0.020500", "0.031525"]);
  });

  const buckets: readonly (readonly [number, number])[] = [
    [0, 0],
    [0.009_999, 0],
    [0.01, 1],
    [0.020_499, 1],
    [0.020_501, 2],
    [0.031_524, 2],
    [0.031_526, 3],
    [999_999, 175],
  ];
  for (const [value, bucket] of buckets) {
    test(`${value} falls into bucket ${bucket}`, () => {
      assert.equal(cpu().bucketOf(value), bucket);
    });
  }

  test("answers the upper edge of the bucket that holds the percentile", () => {
    const histogram = cpu();
    for (const value of [0.005, 0.015, 0.025, 0.035])
      histogram.add({ value, weight: 1, seconds: 0 });
    const edges = [0, 0.25, 0.26, 0.5, 0.75, 0.76, 1].map((fraction) =>
      histogram.percentile(fraction).toFixed(6),
    );
    assert.deepEqual(edges, [
      "0.010000",
      "0.010000",
      "0.020500",
      "0.020500",
      "0.031525",
      histogram.startOf(4).toFixed(6),
      histogram.startOf(4).toFixed(6),
    ]);
  });

  test("answers the start of the last bucket, which has no upper edge", () => {
    const histogram = cpu();
    histogram.add({ value: 1e9, weight: 1, seconds: 0 });
    assert.equal(histogram.percentile(0.9), histogram.startOf(175));
  });

  test("answers 0 while it is empty", () => {
    const histogram = cpu();
    assert.equal(histogram.percentile(0.9), 0);
    const sample = { value: 1, weight: 1, seconds: 0 };
    histogram.add(sample);
    histogram.subtract(sample);
    assert.equal(histogram.percentile(0.9), 0);
  });

  test("a sample a day old weighs half", () => {
    const histogram = cpu();
    histogram.add({ value: 0.005, weight: 2, seconds: 0 });
    histogram.add({ value: 0.015, weight: 1.01, seconds: day });
    // 2 against 2.02.
    assert.equal(histogram.percentile(0.4975).toFixed(4), "0.0100");
    assert.equal(histogram.percentile(0.4976).toFixed(4), "0.0205");
  });

  test("goes on exactly when the reference moves after 100 half lives", () => {
    const histogram = cpu();
    const late = 200.5 * day;
    histogram.add({ value: 0.005, weight: 1, seconds: late - day });
    histogram.add({ value: 0.015, weight: 0.51, seconds: late });
    assert.equal(histogram.percentile(0.495).toFixed(4), "0.0100");
    assert.equal(histogram.percentile(0.496).toFixed(4), "0.0205");
    // What is very old weighs nothing any more.
    histogram.add({ value: 5, weight: 1, seconds: 500 * day });
    assert.ok(histogram.percentile(0) > 5);
  });
});
