import assert from "node:assert/strict";
import { test } from "node:test";
import { wishInsideOwnersBand } from "./owners-band.ts";

const wishOf = (limit: number) =>
  wishInsideOwnersBand("cpu", { min: 10, max: 245 }, { limit, used: 5 })?.amount;

test("a limit outside the owner's band goes there", () => {
  assert.equal(wishOf(300), -55);
  assert.equal(wishOf(4), 6);
});

test("what the kernel's microseconds make of max and min is no limit outside them", () => {
  assert.equal(wishOf((245_000 / 100_000) * 100), undefined);
  assert.equal(wishOf(245.000_000_000_000_03), undefined);
  assert.equal(wishOf(9.999), undefined);
});
