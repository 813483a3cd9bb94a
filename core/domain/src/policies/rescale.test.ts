import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settingsFor } from "../testing/sample-data.ts";
import { type Direction, type Rescale, rescaleAmount, situationOf } from "./rescale.ts";

const situation = { used: 0, current: 200, min: 50, max: 400, upper: 150, lower: 100, margin: 50 };
const amount = (value: number): Rescale => ({ kind: "amount", amount: value });
const fit: Rescale = { kind: "fit_to_usage" };

describe("rescaleAmount, by a fixed amount", () => {
  const clamps: readonly (readonly [number, Partial<typeof situation>, number])[] = [
    [70, {}, 70],
    [100, {}, 100],
    [250, {}, 200],
    [260, {}, 200],
    [-10, {}, -10],
    [-50, {}, -50],
    [-60, {}, -50],
    [-100, {}, -50],
    [10, { current: 20, min: 5, max: 40, upper: 15, lower: 10 }, 10],
    [10, { current: 300, max: 300, upper: 270, lower: 240 }, 0],
    // Published: +10, a shrink that raises. Here a shrink that cannot be made is not made.
    [-20, { current: 100, max: 300, upper: 70, lower: 40 }, 0],
    // Published: 160, a raise inflated by the floor of lower. Here it is what was asked for.
    [75, { current: 50, upper: -30, lower: -110 }, 75],
    // Published: 10, out of nothing.
    [0, { lower: 40 }, 0],
    // A raise from under min at least reaches it.
    [5, { current: 30, upper: 20, lower: 10 }, 20],
  ];
  for (const [asked, changed, expected] of clamps) {
    const at = { ...situation, ...changed };
    test(`${asked} at limit ${at.current}, lower ${at.lower}, max ${at.max}: ${expected}`, () => {
      assert.equal(rescaleAmount(amount(asked), asked < 0 ? "down" : "up", at), expected);
    });
  }

  test("an amount of the wrong sign is no amount", () => {
    assert.equal(rescaleAmount(amount(-20), "up", situation), 0);
    assert.equal(rescaleAmount(amount(20), "down", situation), 0);
  });
});

describe("rescaleAmount, fitted to usage", () => {
  const fits: readonly (readonly [number, number, number, number])[] = [
    [170, 30, 20.7, -105],
    [170, 30, 100, -25],
    [200, 1, 50, -148],
    [100, 20, 99, 29],
    [170, 31, 10.5, -114],
    [2000, 500, 700, -550],
  ];
  for (const [current, margin, used, expected] of fits) {
    test(`limit ${current}, margin ${margin}, used ${used}: ${expected}`, () => {
      // A band so wide that the clamp leaves the formula alone.
      const wide = { used, current, margin, min: -9999, max: 9999, upper: 0, lower: 0 };
      const direction: Direction = expected > 0 ? "up" : "down";
      assert.equal(rescaleAmount(fit, direction, wide), expected);
    });
  }

  test("used 60 of 170 with max 300: down by 60 to where lower reaches min", () => {
    const at = situationOf(settingsFor({ boundary: { percent: 10, of: "max" } }), 170, 60);
    assert.equal(rescaleAmount(fit, "down", at), -60);
  });

  test("a shrink is not made when the usage fits a higher limit", () => {
    const at = situationOf(settingsFor(), 170, 140);
    assert.equal(rescaleAmount(fit, "down", at), 0);
  });
});

describe("rescaleAmount, in proportion", () => {
  const up: Rescale = { kind: "proportional", amount: 75 };
  const proportions: readonly (readonly [number, number])[] = [
    [155, 37],
    [200, 75],
    [140, 0],
    // Published: -37, a raise that shrinks.
    [125, 0],
  ];
  for (const [used, expected] of proportions) {
    test(`75 at most, used ${used} of 170, upper 140: ${expected}`, () => {
      assert.equal(rescaleAmount(up, "up", situationOf(settingsFor(), 170, used)), expected);
    });
  }

  test("a shrink grows with the distance under lower", () => {
    const down: Rescale = { kind: "proportional", amount: -40 };
    const at = (used: number) => situationOf(settingsFor(), 200, used);
    assert.deepEqual(
      [0, 70, 140, 200].map((used) => rescaleAmount(down, "down", at(used))),
      [-40, -20, 0, 0],
    );
  });

  test("a limit at its own threshold divides by nothing and asks for nothing", () => {
    const flat = { ...situation, used: 300, upper: 200, lower: 0 };
    assert.equal(rescaleAmount(up, "up", flat), 0);
    assert.equal(rescaleAmount({ ...up, amount: -5 }, "down", { ...flat, used: -1 }), 0);
  });
});
