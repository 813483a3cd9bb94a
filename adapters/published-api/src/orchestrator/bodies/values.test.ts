import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { flagOf, numberOf, wholeNumberOf } from "./values.ts";

describe("a number", () => {
  const rows: readonly (readonly [sent: unknown, number: number | undefined, whole?: number])[] = [
    [5, 5, 5],
    ["5", 5, 5],
    [" 5 ", 5, 5],
    ["-5", -5, -5],
    [0, 0, 0],
    ["0", 0, 0],
    [12.7, 12.7, 12],
    ["12.7", 12.7],
    ["12.0", 12, 12],
    [".5", 0.5],
    ["1e3", 1000, 1000],
    ["", undefined],
    ["0x10", undefined],
    ["abc", undefined],
    ["Infinity", undefined],
    ["NaN", undefined],
    [1e300, undefined],
    [null, undefined],
    [true, undefined],
    [[5], undefined],
    [{}, undefined],
  ];
  for (const [sent, number, whole] of rows) {
    test(`is ${number} as ${JSON.stringify(sent)}, and whole it is ${whole}`, () => {
      assert.deepEqual([numberOf(sent), wholeNumberOf(sent)], [number, whole]);
    });
  }
});

test("a switch is a boolean, or its name in any case", () => {
  const sent = [true, "true", "True", false, "FALSE", "", "yes", 1, null];
  const read = [true, true, true, false, false, undefined, undefined, undefined, undefined];
  assert.deepEqual(sent.map(flagOf), read);
});
