import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Ring } from "./ring.ts";

test("holds exactly the newest items, the newest first", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (items, capacity) => {
      const ring = new Ring<number>(capacity);
      for (const item of items) ring.push(item);
      assert.deepEqual([...ring.newestFirst()], items.slice(-capacity).toReversed());
    }),
  );
});

test("a ring that holds nothing cannot be made", () => {
  assert.throws(() => new Ring(0), /at least one/);
});
