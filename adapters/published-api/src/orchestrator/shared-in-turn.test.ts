import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { sharedInTurn } from "./shared-in-turn.ts";

test("what is asked for in one turn is made once, and made anew in the next", async () => {
  let count = 0;
  const make = sharedInTurn((_of: object) => {
    count += 1;
    return count;
  });
  const [one, other] = [{}, {}];
  assert.deepEqual([make(one), make(one)], [1, 1]);
  assert.equal(make(other), 2);
  await Promise.resolve();
  assert.equal(make(one), 1);
  await setImmediate();
  assert.deepEqual([make(one), make(one)], [3, 3]);
});
