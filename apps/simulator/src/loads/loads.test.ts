import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TraceSeries } from "../traces/series.ts";
import { type CpuLoad, demandOf, generatedCpuLoads, loadOfTrace } from "./cpu-load.ts";
import { generatedMemoryLoads, memoryLoadOfTrace } from "./memory-load.ts";

const series: TraceSeries = {
  trace: "a/b.csv",
  resource: "cpu",
  kind: "demand",
  stepSeconds: 60,
  values: Float64Array.of(50, 200),
  gaps: [],
};

/** The core-seconds that become due between two moments. */
function dueBetween(load: CpuLoad, seed: number, fromSeconds: number, toSeconds: number): number {
  const demand = demandOf(load, seed);
  let due = 0;
  for (let step = 0; step < toSeconds * 10; step += 1) {
    const stretch = { fromSeconds: step / 10, toSeconds: (step + 1) / 10, backlogCoreSeconds: 0 };
    const dueNow = demand.dueCoreSeconds(stretch);
    if (step >= fromSeconds * 10) due += dueNow;
  }
  return due;
}

describe("the load of a trace", () => {
  test("lasts as long as the trace and is as much work as its shares say", () => {
    const load = loadOfTrace(series);
    assert.deepEqual([load.name, load.seconds, load.mostShares], ["a/b.csv", 120, 200]);
    // Half a core, then two: 30 and 120 core-seconds, give or take five deviations.
    assert.ok(Math.abs(dueBetween(load, 1, 0, 60) - 30) < 2.8);
    assert.ok(Math.abs(dueBetween(load, 1, 60, 120) - 120) < 5.5);
  });

  test("is dealt out the same from the same seed only", () => {
    const load = loadOfTrace(series);
    assert.equal(dueBetween(load, 1, 0, 120), dueBetween(load, 1, 0, 120));
    assert.notEqual(dueBetween(load, 1, 0, 120), dueBetween(load, 2, 0, 120));
  });

  test("of memory is what was held", () => {
    const load = memoryLoadOfTrace({ ...series, resource: "mem", kind: "usage" });
    assert.deepEqual([load.seconds, load.shape.usedMibAt(60)], [120, 125]);
  });
});

describe("a generated load", () => {
  for (const load of generatedCpuLoads) {
    test(`(${load.name}) never brings more than it says, and brings that`, () => {
      const rates = Array.from(
        { length: load.seconds },
        (_, second) => load.requests(second + 1) - load.requests(second),
      );
      assert.ok(Math.abs(Math.max(...rates) - load.mostShares) < 1, String(Math.max(...rates)));
    });
  }

  test("has a name of its own", () => {
    const names = [...generatedCpuLoads, ...generatedMemoryLoads].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });
});
