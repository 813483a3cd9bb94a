import assert from "node:assert/strict";
import { test } from "node:test";
import { timeOf } from "./time.ts";

for (const [text, seconds] of [
  [undefined, undefined],
  ["0", 0],
  ["1700000000.25", 1_700_000_000.25],
  ["-90s", 999_910],
  ["-15m", 999_100],
  ["-1h", 996_400],
  ["-7d", 395_200],
  ["-0d", 1_000_000],
] as const) {
  test(`${text} is ${seconds} at second 1000000`, () => {
    assert.equal(timeOf(text, 1_000_000), seconds);
  });
}
