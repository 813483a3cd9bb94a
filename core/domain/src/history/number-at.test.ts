import assert from "node:assert/strict";
import { test } from "node:test";
import { numberAt } from "./number-at.ts";

test("a number beyond the end is not known, and not zero", () => {
  const numbers = Float64Array.of(0, 7);
  assert.equal(numberAt(numbers, 1), 7);
  assert.ok(Number.isNaN(numberAt(numbers, 2)));
  assert.ok(Number.isNaN(numberAt(numbers, -1)));
});
