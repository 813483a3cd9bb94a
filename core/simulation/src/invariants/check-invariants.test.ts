import assert from "node:assert/strict";
import { test } from "node:test";
import { invariantCheckers } from "./check-invariants.ts";
import { invariantNumbers } from "./checker.ts";

test("every invariant of the design has one checker, in the design's order", () => {
  assert.deepEqual(
    invariantCheckers.map(({ invariant }) => invariant),
    invariantNumbers,
  );
});
