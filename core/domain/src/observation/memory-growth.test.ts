import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicSeconds } from "../units/time.ts";
import {
  leastMemoryMarginMib,
  type MemoryGrowth,
  memoryMarginMib,
  withMemoryReading,
} from "./memory-growth.ts";

const after = (growth: MemoryGrowth | undefined, addedMib: number, at: number): MemoryGrowth =>
  withMemoryReading(growth, { addedMib, seconds: 0.1, at: monotonicSeconds(at) });
const marginAt = (growth: MemoryGrowth | undefined, at: number, usedMib = 1000): number =>
  memoryMarginMib(growth, { usedMib, sampleSeconds: 0.1, at: monotonicSeconds(at) });

test("the margin holds two samples of the fastest growth of the last minute", () => {
  const fast = after(undefined, 32, 0);
  assert.equal(fast.mibPerSecond, 320);
  assert.equal(marginAt(fast, 0), 64);
  assert.equal(marginAt(after(fast, 1, 30), 60), 64);
});

test("a growth of long ago counts less and less, and gives way to a faster one of now", () => {
  const fast = after(undefined, 50, 0);
  const halved = after(fast, 24, 360);
  assert.ok(Math.abs(marginAt(halved, 360) - 50) < 1e-9);
  assert.equal(marginAt(halved, 2000), 16);
  assert.equal(after(fast, 26, 360).mibPerSecond, 260);
});

test("a container that stands still, or shrinks, keeps 16 MiB", () => {
  assert.equal(marginAt(undefined, 0), 16);
  assert.equal(marginAt(after(undefined, -500, 0), 0), 16);
});

test("a small one keeps an eighth of what it uses, and two at least", () => {
  assert.deepEqual([0, 16, 20, 64, 128, 4000].map(leastMemoryMarginMib), [2, 2, 2.5, 8, 16, 16]);
  assert.equal(marginAt(after(undefined, 2, 0), 0, 20), 4);
});
