/*
 * The published vectors of amounts, by their sections. Where ours differs, the title says what is
 * ours and why.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Rescale, rescaleAmount, type Situation } from "./rescale.ts";

const amount = (value: number): Rescale => ({ kind: "amount", amount: value });

describe("the clamp", () => {
  const wide = { used: 0, current: 200, min: 50, max: 400, upper: 150, lower: 100, margin: 50 };
  const small = { ...wide, current: 20, min: 5, max: 40, upper: 15, lower: 10 };
  const atMax = { ...wide, current: 300, max: 300, upper: 270, lower: 240 };
  const lowAbove = { ...wide, current: 100, max: 300, upper: 70, lower: 40 };
  const atMin = { ...wide, current: 50, upper: -30, lower: -110 };

  const rows: readonly (readonly [string, number, Situation, number, string?])[] = [
    ["5.1", 70, wide, 70],
    ["5.1", 100, wide, 100],
    ["5.1", 250, wide, 200],
    ["5.1", 260, wide, 200],
    ["5.1", -10, wide, -10],
    ["5.1", -50, wide, -50],
    ["5.1", -60, wide, -50],
    ["5.1", -100, wide, -50],
    ["5.1", 10, small, 10],
    ["5.3", 10, atMax, 0],
    ["5.3", -20, lowAbove, 0, "no change, published +10, because a shrink never raises"],
    ["5.3", 75, atMin, 75, "as asked, published 160, because no floor inflates a raise"],
    ["5.3", 0, { ...wide, lower: 40 }, 0, "nothing, published 10, because nothing was asked for"],
  ];
  for (const [section, asked, at, expected, ours] of rows) {
    const where = `limit ${at.current}, lower ${at.lower}, min ${at.min}, max ${at.max}`;
    const said = ours === undefined ? "" : `; ours: ${ours}`;
    test(`${section}: ${asked} at ${where}: ${expected}${said}`, () => {
      assert.equal(rescaleAmount(amount(asked), asked < 0 ? "down" : "up", at), expected);
    });
  }
});

describe("fit to usage", () => {
  const rows: readonly (readonly [string, number, number, number, number])[] = [
    ["5.1", 2000, 500, 700, -550],
    ["5.3", 170, 30, 20.7, -105],
    ["5.3", 170, 30, 100, -25],
    ["5.3", 200, 1, 50, -148],
    ["5.3", 100, 20, 99, 29],
    ["5.3", 170, 31, 10.5, -114],
  ];
  for (const [section, current, margin, used, expected] of rows) {
    test(`${section}: limit ${current}, margin ${margin}, used ${used}: ${expected}`, () => {
      // A band so wide that the clamp leaves the formula alone.
      const free = { used, current, margin, min: -9999, max: 9999, upper: 0, lower: 0 };
      const direction = expected > 0 ? "up" : "down";
      assert.equal(rescaleAmount({ kind: "fit_to_usage" }, direction, free), expected);
    });
  }
});
