import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { emptyHistogram, percentileOf, withTime } from "./decaying-histogram.ts";

const day = 24 * 3600;
const filled = (sizes: readonly number[], seconds = 1, halfLife = day) =>
  sizes.reduce((all, size) => withTime(all, { size, seconds }, halfLife), emptyHistogram);

describe("a percentile", () => {
  test("of nothing is nothing", () => {
    assert.equal(percentileOf(emptyHistogram, 95), 0);
  });

  test("is the least size that so many percent of the time did not exceed", () => {
    const histogram = filled([...Array.from({ length: 90 }, () => 10), ...Array(10).fill(200)]);
    for (const [percent, size] of [
      [50, 10],
      [89, 10],
      [95, 200],
      [100, 200],
    ] as const) {
      const found = percentileOf(histogram, percent);
      assert.ok(found >= size && found <= size * 1.05, `P${percent}: ${found}`);
    }
  });

  test("counts time, not readings", () => {
    const long = withTime(emptyHistogram, { size: 10, seconds: 90 }, day);
    const histogram = withTime(long, { size: 200, seconds: 10 }, day);
    assert.ok(percentileOf(histogram, 85) < 11);
    assert.ok(percentileOf(histogram, 95) > 199);
  });

  test("forgets: after ten half-lives a peak is no more than a thousandth of it", () => {
    const peak = withTime(emptyHistogram, { size: 500, seconds: 100 }, 100);
    const later = withTime(peak, { size: 10, seconds: 1000 }, 100);
    assert.ok(percentileOf(later, 99) < 11);
    const muchLater = withTime(later, { size: 10, seconds: 1000 }, 100);
    assert.ok(percentileOf(muchLater, 100) < 11);
  });

  test("is never below what was asked about, by at most 5 % above, and grows with the percent", () => {
    const sizes = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(sizes, (list) => {
        const histogram = filled(list, 1, 1e9);
        const sorted = list.toSorted((a, b) => a - b);
        let before = 0;
        for (const percent of [10, 50, 90, 100]) {
          const found = percentileOf(histogram, percent);
          const exact = sorted[Math.ceil((percent / 100) * list.length) - 1] ?? 0;
          assert.ok(found >= Math.min(exact, 1) && found >= exact - 1e-6, `${found} < ${exact}`);
          assert.ok(found <= Math.max(exact, 1) * 1.05 + 1e-9, `${found} > ${exact}`);
          assert.ok(found >= before);
          before = found;
        }
      }),
    );
  });
});
