import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type PointBudget, PostedSeries } from "./posted-series.ts";

const pointsOf = (series: PostedSeries): readonly (readonly [number, number])[] => {
  const points: [number, number][] = [];
  series.each(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, (stamp, value) => {
    points.push([stamp, value]);
  });
  return points;
};

const roomy = (): PointBudget => ({ left: 1_000_000 });
const anyPoints = fc.array(fc.tuple(fc.nat(300), fc.nat(1000)), { maxLength: 400 });

describe("a posted series", () => {
  test("has each time once, in order, with the last word about it", () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const series = new PostedSeries({}, roomy());
        const model = new Map<number, number>();
        for (const [stamp, value] of points) {
          const before = model.size === 0 ? -1 : Math.max(...model.keys());
          const late = model.has(stamp) ? "again" : "late";
          assert.equal(series.put(stamp, value), stamp > before ? "newest" : late);
          model.set(stamp, value);
        }
        const expected = [...model].toSorted(([a], [b]) => a - b);
        assert.deepEqual(pointsOf(series), expected);
      }),
    );
  });

  test("keeps its newest points in a bounded room, however many come", () => {
    const budget = roomy();
    const series = new PostedSeries({}, budget);
    for (let stamp = 0; stamp < 5000; stamp += 1) series.put(stamp, stamp);
    const points = pointsOf(series);
    assert.deepEqual(points.at(-1), [4999, 4999]);
    assert.ok(points.length >= 768 && points.length <= 1024, `${points.length}`);
    assert.equal(points[0]?.[0], 5000 - points.length);
    assert.equal(budget.left, 1_000_000 - 1024);
  });

  test("takes no more room than all series together may have", () => {
    const budget = { left: 24 };
    const series = new PostedSeries({}, budget);
    for (let stamp = 0; stamp < 100; stamp += 1) series.put(stamp, stamp);
    assert.equal(budget.left, 8);
    assert.deepEqual(pointsOf(series).at(-1), [99, 99]);
    assert.ok(pointsOf(series).length >= 12);
  });

  test("has no room for what is older than all it keeps, and loses nothing to it", () => {
    const series = new PostedSeries({}, { left: 8 });
    for (let stamp = 10; stamp < 18; stamp += 1) series.put(stamp, stamp);
    series.put(1, 1);
    assert.deepEqual(
      pointsOf(series).map(([stamp]) => stamp),
      [10, 11, 12, 13, 14, 15, 16, 17],
    );
  });

  test("gives back what it has of before, and the room for it", () => {
    const budget = roomy();
    const series = new PostedSeries({}, budget);
    for (let stamp = 0; stamp < 1000; stamp += 1) series.put(stamp, stamp);
    series.forgetBefore(995);
    assert.deepEqual(
      pointsOf(series).map(([stamp]) => stamp),
      [995, 996, 997, 998, 999],
    );
    assert.ok(budget.left >= 1_000_000 - 32);
    series.giveBack();
    assert.equal(budget.left, 1_000_000);
  });
});
