import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

const round = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("of all that waits one has its turn in each round of the loop, in the order in which they came", async () => {
  const turns = new Turns();
  const had: number[] = [];
  const all = [0, 1, 2].map(async (index) => {
    await turns.next();
    had.push(index);
  });
  for (const count of [1, 2, 3]) {
    await round();
    assert.equal(had.length, count);
  }
  await Promise.all(all);
  assert.deepEqual(had, [0, 1, 2]);
  const late = turns.next();
  await round();
  await late;
});
