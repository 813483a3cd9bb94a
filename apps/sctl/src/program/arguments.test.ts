import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvalidArgumentError } from "commander";
import { decimal, oneMoreOf, time, wholeNumber } from "./arguments.ts";
import { nameOf } from "./check-names.ts";

describe("an argument", () => {
  test("of time is an age or Unix seconds", () => {
    assert.equal(time("1h"), "-1h");
    assert.equal(time("90s"), "-90s");
    assert.equal(time("-24h"), "-24h");
    assert.equal(time("1796000000.5"), 1_796_000_000.5);
  });

  for (const text of [
    "",
    "--1h",
    "1w",
    "1.5h",
    "now",
    "NaN",
    "Infinity",
    "60",
    "999999999999",
    "1e9",
  ]) {
    test(`that is no time is refused: ${text}`, () => {
      assert.throws(() => time(text), InvalidArgumentError);
    });
  }

  for (const text of ["", " ", "x", "NaN", "Infinity", "1,5"]) {
    test(`that is no number is refused: "${text}"`, () => {
      assert.throws(() => decimal(text), InvalidArgumentError);
      assert.throws(() => wholeNumber(text), InvalidArgumentError);
    });
  }

  for (const text of ["0", "-1", "1.5", "1e300"]) {
    test(`that is no whole number from 1 is refused: ${text}`, () => {
      assert.throws(() => wholeNumber(text), InvalidArgumentError);
    });
  }

  for (const text of ["", " ", ".", "..", "a/b", "a b", "é", "a\n", "x".repeat(201), "-\u0000"]) {
    test(`that is no name is refused: ${JSON.stringify(text.slice(0, 9))}`, () => {
      assert.throws(() => nameOf(text), InvalidArgumentError);
    });
  }

  test("that is a name stays as it is", () => {
    for (const text of ["web", "web-1.x@y:z+\\", "x".repeat(200)]) assert.equal(nameOf(text), text);
  });

  test("that may be given again counts each word once", () => {
    const resource = oneMoreOf(["cpu", "mem"]);
    assert.deepEqual(resource("mem", resource("cpu", resource("mem", undefined))), ["mem", "cpu"]);
    assert.throws(() => resource("disk", undefined), InvalidArgumentError);
  });
});
