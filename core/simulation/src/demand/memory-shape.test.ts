import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  cacheGrowth,
  leak,
  type MemoryShape,
  memoryStep,
  recordedMemory,
  sawTooth,
} from "./memory-shape.ts";

describe("memory over time", () => {
  const cases: readonly (readonly [string, MemoryShape, readonly number[], readonly number[]])[] = [
    ["leaks", leak({ mib: 100, mibPerSecond: 2 }), [100, 102, 104, 106], [0, 0, 0, 0]],
    [
      "caches files up to what there is",
      cacheGrowth({ usedMib: 50, cachedMib: 250, mibPerSecond: 100 }),
      [50, 50, 50, 50],
      [0, 100, 200, 250],
    ],
    [
      "steps as fast as it is told",
      memoryStep({ mib: 100, toMib: 800, atSeconds: 1 }),
      [100, 100, 600, 800],
      [0, 0, 0, 0],
    ],
    [
      "falls when it has collected its garbage",
      sawTooth({ lowMib: 100, highMib: 200, everySeconds: 2 }),
      [100, 150, 100, 150],
      [0, 0, 0, 0],
    ],
    [
      "goes evenly between what was measured, and rests before and after",
      recordedMemory({ stepSeconds: 1, values: Float64Array.of(10, 20, 40) }),
      [10, 15, 30, 40],
      [0, 0, 0, 0],
    ],
  ];
  for (const [what, shape, used, cached] of cases) {
    test(what, () => {
      const seconds = [0, 1, 2, 3];
      assert.deepEqual(seconds.map(shape.usedMibAt), used);
      assert.deepEqual(seconds.map(shape.cachedMibAt), cached);
    });
  }
});
