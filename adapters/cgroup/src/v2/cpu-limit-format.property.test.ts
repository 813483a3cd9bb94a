import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kernelDefaultCpuLimit } from "@sc/domain";
import fc from "fast-check";
import { noQuota } from "../files/cpu-bandwidth.ts";
import { bandwidthsWith, isTaken } from "../testing/bandwidth-arbitraries.ts";
import { type CpuKernelValues, cpuLimitFormat } from "./cpu-limit-format.ts";

const { parse, restoreSteps, steps, toLimit, toValues } = cpuLimitFormat;
const { start, target } = bandwidthsWith(
  fc.record({ weight: fc.integer({ min: 1, max: 10_000 }) }),
);

const filesOf = (values: CpuKernelValues): Map<string, readonly number[]> =>
  new Map([
    ["cpu.max", [values.quotaUs, values.periodUs]],
    ["cpu.max.burst", [values.burstUs]],
    ["cpu.weight", [values.weight]],
  ]);

/** As the kernel takes it. */
function written(files: ReadonlyMap<string, readonly number[]>, file: string, value: string) {
  const numbers = value.split(" ").map((word) => (word === "max" ? noQuota : Number(word)));
  const after = new Map([...files, [file, numbers]]);
  const values = parse((name) => after.get(name));
  assert.ok(values !== undefined && isTaken(values), JSON.stringify([...after]));
  return { after, values };
}

describe("a cpu limit of v2", () => {
  test("no step is one the kernel refuses, each file is written once, and the last reaches it", () => {
    fc.assert(
      fc.property(start, target, (from, to) => {
        let now = { after: filesOf(from), values: from };
        const made = steps(from, to);
        for (const { file, value } of made) now = written(now.after, file, value);
        assert.deepEqual(steps(now.values, to), []);
        assert.equal(new Set(made.map(({ file }) => file)).size, made.length);
      }),
    );
  });

  test("what was read from the kernel is written back without a single step", () => {
    fc.assert(
      fc.property(target, (values) => {
        assert.deepEqual(steps(values, toValues(toLimit(values))), []);
      }),
    );
  });

  test("gives values that the kernel takes, whatever the limit", () => {
    const limit = fc.record({
      quotaShares: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      burstShares: fc.double({ min: 0, max: 1e6, noNaN: true }),
      periodMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      weight: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(limit, (asked) => {
        const values = toValues(asked);
        assert.ok(isTaken(values) && values.burstUs >= 0);
        assert.ok(values.weight >= 1 && values.weight <= 10_000);
        assert.ok(Object.values(values).every(Number.isInteger));
      }),
    );
  });

  test("the kernel's default has the weight of v1's default, and reads as it is printed", () => {
    const values = toValues(kernelDefaultCpuLimit);
    assert.deepEqual(restoreSteps(values), [
      { file: "cpu.max", value: "max 100000" },
      { file: "cpu.weight", value: "100" },
    ]);
    assert.deepEqual(toLimit(values), kernelDefaultCpuLimit);
  });

  test("a group that its owner made idle keeps its weight, which the kernel would refuse", () => {
    const idle: CpuKernelValues = { quotaUs: noQuota, burstUs: 0, periodUs: 100_000, weight: 0 };
    const limit = { ...kernelDefaultCpuLimit, quotaShares: 50, weight: 50 };
    const made = steps(idle, toValues(limit, idle));
    assert.deepEqual(made, [{ file: "cpu.max", value: "50000 100000" }]);
    assert.deepEqual(restoreSteps(toValues(toLimit(idle))), [
      { file: "cpu.max", value: "max 100000" },
      { file: "cpu.weight", value: "0" },
    ]);
  });
});
