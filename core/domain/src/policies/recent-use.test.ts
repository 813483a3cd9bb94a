import assert from "node:assert/strict";
import { test } from "node:test";
import { deviationOf, nothingUsedYet, type RecentUse, withUse } from "./recent-use.ts";

function after(samples: readonly number[], seconds: number): RecentUse {
  return samples.reduce((use, used) => withUse(use, { used, seconds }), nothingUsedYet);
}

test("begins with the plain mean of what was seen", () => {
  assert.equal(after([30], 0.1).mean, 30);
  assert.ok(Math.abs(after([30, 60, 90], 0.1).mean - 60) < 1e-9);
});

test("steady use has no variance", () => {
  assert.equal(deviationOf(after([30, 30, 30, 30], 0.1), 0.1), 0);
});

test("another load is believed as soon as chance does not explain it", () => {
  const idle = after(Array(300).fill(0), 0.1);
  const busy = Array(10).fill(100);
  const use = busy.reduce((before, used) => withUse(before, { used, seconds: 0.1 }), idle);
  assert.ok(use.mean > 80, `${use.mean}`);
});

test("what chance explains moves the mean slowly", () => {
  const noisy = Array.from({ length: 600 }, (_, index) => (index % 2 === 0 ? 0 : 200));
  const before = after(noisy, 0.1);
  const use = [160, 160, 160, 160, 160].reduce(
    (so, used) => withUse(so, { used, seconds: 0.1 }),
    before,
  );
  assert.ok(use.mean > before.mean && use.mean < before.mean + 8, `${before.mean} ${use.mean}`);
});

test("knows the deviation of samples, whatever their length", () => {
  const samples = Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? 40 : 60));
  for (const seconds of [0.1, 0.5]) {
    const deviation = deviationOf(after(samples, seconds), seconds);
    assert.ok(deviation > 9 && deviation < 11, `${deviation}`);
  }
});
