import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicSeconds } from "../units/time.ts";
import { type MemoryGrowth, memoryMarginMib, withMemoryReading } from "./memory-growth.ts";

const after = (growth: MemoryGrowth | undefined, addedMib: number, at: number): MemoryGrowth =>
  withMemoryReading(growth, { addedMib, seconds: 0.1, at: monotonicSeconds(at) });

test("the margin holds two samples of the fastest growth of the last minute", () => {
  const fast = after(undefined, 32, 0);
  assert.equal(fast.mibPerSecond, 320);
  assert.equal(memoryMarginMib(fast, 0.1), 64);
  assert.equal(memoryMarginMib(after(fast, 1, 30), 0.1), 64);
});

test("a growth of long ago gives way to the one of now", () => {
  const slow = after(after(undefined, 32, 0), 5, 60.1);
  assert.equal(slow.mibPerSecond, 50);
});

test("a container that stands still, or shrinks, keeps 16 MiB", () => {
  assert.equal(memoryMarginMib(undefined, 0.1), 16);
  assert.equal(memoryMarginMib(after(undefined, -500, 0), 0.1), 16);
});
