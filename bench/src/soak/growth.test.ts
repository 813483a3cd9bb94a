import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seededRandom } from "../history-load.ts";
import { growthPercent } from "./growth.ts";

const random = seededRandom(7);
/** A collector's saw: up by a fifth, down at once. */
const saw = (at: number): number => 100 + 20 * ((at % 47) / 47) + random();
const over = (seconds: number, value: (at: number) => number) =>
  Array.from({ length: seconds }, (_, at) => ({ at, value: value(at) }));

describe("growth in percent", () => {
  test("is small of what swings and stays", () => {
    assert.ok(Math.abs(growthPercent(over(3000, saw))) < 1);
  });

  test("is that of the leak under what swings", () => {
    const grown = growthPercent(over(3000, (at) => saw(at) + (at * 10) / 3000));
    assert.ok(grown > 8 && grown < 10, String(grown));
  });

  test("is not turned by a few readings that are far off, be they the first or the last", () => {
    for (const odd of [0, 2900]) {
      const readings = over(3000, (at) => (at >= odd && at < odd + 100 ? 300 : saw(at)));
      assert.ok(Math.abs(growthPercent(readings)) < 2, `from ${odd}`);
    }
  });

  test("is below zero of what shrinks", () => {
    assert.ok(growthPercent(over(3000, (at) => 100 - at / 300)) < -9);
  });

  test("of nothing is not a number", () => {
    assert.ok(Number.isNaN(growthPercent([])));
  });
});
