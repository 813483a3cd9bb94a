import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedReading } from "./shared-reading.ts";

test("a reading is shared while it lasts and for a while after, and forgotten when told", async () => {
  let now = 0;
  let readings = 0;
  const shared = new SharedReading(
    async () => {
      readings += 1;
      return readings;
    },
    { freshMs: 1000, now: () => now },
  );
  const three = [shared.read(), shared.read(), shared.read()];
  assert.deepEqual(await Promise.all(three), [1, 1, 1]);
  now = 999;
  assert.equal(await shared.read(), 1);
  now = 1000;
  assert.equal(await shared.read(), 2);
  shared.forget();
  assert.equal(await shared.read(), 3);
});
