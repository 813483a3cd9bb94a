import assert from "node:assert/strict";
import { test } from "node:test";
import { sliceFor, slicesOf, splitEvenly } from "./slices.ts";

test("a change is cut into slices, the last is the rest", () => {
  assert.deepEqual(slicesOf(12, 5), [5, 5, 2]);
  assert.deepEqual(slicesOf(3, 5), [3]);
  assert.deepEqual(slicesOf(0, 5), []);
  assert.deepEqual(slicesOf(-12, 5), [-5, -5, -2]);
});

test("an even split has whole units, larger parts first, and none for who would get nothing", () => {
  assert.deepEqual(splitEvenly(10, 3), [4, 3, 3]);
  assert.deepEqual(splitEvenly(-10, 3), [-4, -3, -3]);
  assert.deepEqual(splitEvenly(2, 5), [1, 1]);
  assert.deepEqual(splitEvenly(0, 5), []);
  assert.deepEqual(splitEvenly(2.5, 2), [2, 0.5]);
});

test("however much is dealt out, it takes about a hundred slices at most", () => {
  assert.equal(sliceFor(-20), 5);
  assert.equal(sliceFor(65_536), 655.36);
});
