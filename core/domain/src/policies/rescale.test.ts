import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settingsFor } from "../testing/sample-data.ts";
import { type Rescale, rescaleAmount, situationOf } from "./rescale.ts";

const situation = { used: 0, current: 200, min: 50, max: 400, upper: 150, lower: 100, margin: 50 };
const amount = (value: number): Rescale => ({ kind: "amount", amount: value });
const fit: Rescale = { kind: "fit_to_usage" };

describe("rescaleAmount, by a fixed amount", () => {
  test("a raise from under min at least reaches it", () => {
    const under = { ...situation, current: 30, upper: 20, lower: 10 };
    assert.equal(rescaleAmount(amount(5), "up", under), 20);
  });

  test("an amount of the wrong sign is no amount", () => {
    assert.equal(rescaleAmount(amount(-20), "up", situation), 0);
    assert.equal(rescaleAmount(amount(20), "down", situation), 0);
  });
});

describe("rescaleAmount, fitted to usage", () => {
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

  test("a raise grows with the distance over upper, and is none under it", () => {
    const at = (used: number) => situationOf(settingsFor(), 170, used);
    assert.deepEqual(
      [155, 200, 140, 125].map((used) => rescaleAmount(up, "up", at(used))),
      [37, 75, 0, 0],
    );
  });

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
