import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { noQuota } from "../files/cpu-bandwidth.ts";
import { bandwidthsWith, isTaken } from "../testing/bandwidth-arbitraries.ts";
import {
  type CpuKernelValues,
  cpuLimitSteps,
  fromKernelValues,
  toKernelValues,
} from "./cpu-limit-steps.ts";

const { start, target } = bandwidthsWith(
  fc.record({ cpuShares: fc.integer({ min: 2, max: 262_144 }) }),
);

describe("cpuLimitSteps", () => {
  test("no step is one the kernel refuses, and the last one reaches the target", () => {
    fc.assert(
      fc.property(start, target, (from, to) => {
        let now = from;
        for (const { field, value } of cpuLimitSteps(from, to)) {
          now = { ...now, [field]: value };
          assert.ok(isTaken(now), JSON.stringify(now));
        }
        assert.deepEqual(cpuLimitSteps(now, to), []);
        assert.equal(now.cpuShares, to.cpuShares);
        const ratio = (values: CpuKernelValues): number => values.quotaUs / values.periodUs;
        if (to.quotaUs === noQuota) assert.equal(now.quotaUs, noQuota);
        else assert.ok(Math.abs(ratio(now) - ratio(to)) <= 1 / to.periodUs);
      }),
    );
  });

  test("a period never changes while a quota is in force", () => {
    fc.assert(
      fc.property(start, target, (from, to) => {
        let quotaUs = from.quotaUs;
        for (const { field, value } of cpuLimitSteps(from, to)) {
          if (field === "periodUs") assert.equal(quotaUs, noQuota);
          if (field === "quotaUs") quotaUs = value;
        }
      }),
    );
  });

  test("each field is written at most once, but the quota that makes way for a new period", () => {
    fc.assert(
      fc.property(start, target, (from, to) => {
        const fields = cpuLimitSteps(from, to).map((step) => step.field);
        const repeated = fields.filter((field, index) => fields.indexOf(field) !== index);
        assert.ok(repeated.every((field) => field === "quotaUs") && repeated.length <= 1);
        if (repeated.length === 1) assert.ok(fields.includes("periodUs"));
      }),
    );
  });
});

describe("toKernelValues", () => {
  test("what was read from the kernel is written back without a single step", () => {
    fc.assert(
      fc.property(target, (values) => {
        assert.deepEqual(cpuLimitSteps(values, toKernelValues(fromKernelValues(values))), []);
      }),
    );
  });

  test("gives values that the kernel takes, whatever the limit", () => {
    const limit = fc.record({
      quotaShares: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      burstShares: fc.double({ min: 0, max: 1e6, noNaN: true }),
      periodMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      weight: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(limit, (asked) => {
        const values = toKernelValues(asked);
        assert.ok(isTaken(values) && values.burstUs >= 0);
        assert.ok(asked.quotaShares === null || values.quotaUs >= 1000);
        assert.ok(values.periodUs >= 1000 && values.periodUs <= 1_000_000);
        assert.ok(values.cpuShares >= 2 && values.cpuShares <= 262_144);
        assert.ok(Object.values(values).every(Number.isInteger));
      }),
    );
  });
});
