import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { kernelDefaultCpuLimit } from "@sc/domain";
import {
  type CpuKernelValues,
  cpuLimitSteps,
  fromKernelValues,
  toKernelValues,
} from "./cpu-limit-steps.ts";

const valuesOf = (change: Partial<CpuKernelValues>): CpuKernelValues => ({
  quotaUs: 50_000,
  burstUs: 0,
  periodUs: 100_000,
  cpuShares: 1024,
  ...change,
});

const orders: readonly {
  readonly title: string;
  readonly from: Partial<CpuKernelValues>;
  readonly to: Partial<CpuKernelValues>;
  readonly steps: readonly string[];
}[] = [
  { title: "writes nothing when nothing differs", from: {}, to: {}, steps: [] },
  {
    title: "writes the quota alone when it alone differs",
    from: {},
    to: { quotaUs: 60_000 },
    steps: ["quotaUs 60000"],
  },
  {
    title: "shrinks the burst before the quota",
    from: { quotaUs: 80_000, burstUs: 60_000 },
    to: { quotaUs: 30_000, burstUs: 20_000 },
    steps: ["burstUs 20000", "quotaUs 30000"],
  },
  {
    title: "grows the quota before the burst",
    from: { quotaUs: 30_000, burstUs: 20_000 },
    to: { quotaUs: 80_000, burstUs: 60_000 },
    steps: ["quotaUs 80000", "burstUs 60000"],
  },
  {
    title: "changes the period without a quota in force",
    from: {},
    to: { quotaUs: 500_000, burstUs: 500_000, periodUs: 1_000_000 },
    steps: ["quotaUs -1", "periodUs 1000000", "quotaUs 500000", "burstUs 500000"],
  },
  {
    title: "takes a quota of -1 for granted when the period changes and there was none",
    from: { quotaUs: -1 },
    to: { periodUs: 200_000 },
    steps: ["periodUs 200000", "quotaUs 50000"],
  },
  {
    title: "leaves a group without quota at that when only its period changes",
    from: { quotaUs: -1 },
    to: { quotaUs: -1, periodUs: 200_000 },
    steps: ["periodUs 200000"],
  },
  {
    title: "releases burst, quota and period in this order",
    from: { quotaUs: 500_000, burstUs: 500_000, periodUs: 1_000_000 },
    to: { quotaUs: -1 },
    steps: ["burstUs 0", "quotaUs -1", "periodUs 100000"],
  },
  {
    title: "takes away a burst that an earlier release left behind before it sets a smaller quota",
    from: { quotaUs: -1, burstUs: 90_000 },
    to: { quotaUs: 20_000 },
    steps: ["burstUs 0", "quotaUs 20000"],
  },
  {
    title: "writes the weight last, and alone when it alone differs",
    from: {},
    to: { cpuShares: 512 },
    steps: ["cpuShares 512"],
  },
  {
    title: "takes a quota and period doubled by the kernel for the same limit",
    from: { quotaUs: 100_001, burstUs: 40_000, periodUs: 200_000 },
    to: { burstUs: 20_000 },
    steps: [],
  },
  {
    title: "does not take a doubled period with the old quota for the same limit",
    from: { periodUs: 200_000 },
    to: {},
    steps: ["quotaUs -1", "periodUs 100000", "quotaUs 50000"],
  },
  {
    title: "does not take a period three times as long for the kernel's doing",
    from: { quotaUs: 150_000, periodUs: 300_000 },
    to: {},
    steps: ["quotaUs -1", "periodUs 100000", "quotaUs 50000"],
  },
];

describe("cpuLimitSteps", () => {
  for (const { title, from, to, steps } of orders) {
    test(title, () => {
      const found = cpuLimitSteps(valuesOf(from), valuesOf(to));
      assert.deepEqual(
        found.map(({ field, value }) => `${field} ${value}`),
        steps,
      );
    });
  }
});

describe("toKernelValues", () => {
  const limits: readonly {
    readonly title: string;
    readonly change: Partial<typeof kernelDefaultCpuLimit>;
    readonly values: Partial<CpuKernelValues>;
  }[] = [
    { title: "the kernel's default", change: {}, values: { quotaUs: -1 } },
    { title: "shares of a period", change: { quotaShares: 50 }, values: { quotaUs: 50_000 } },
    {
      title: "a fraction of a share in a long period",
      change: { quotaShares: 12.34, periodMs: 1000 },
      values: { quotaUs: 123_400, periodUs: 1_000_000 },
    },
    {
      title: "a quota below the least as the least, never as no limit",
      change: { quotaShares: 0 },
      values: { quotaUs: 1000 },
    },
    {
      title: "a burst above the quota as the quota",
      change: { quotaShares: 20, burstShares: 90 },
      values: { quotaUs: 20_000, burstUs: 20_000 },
    },
    {
      title: "a burst without quota as none",
      change: { burstShares: 90 },
      values: { quotaUs: -1, burstUs: 0 },
    },
    {
      title: "a period and a weight below what the kernel takes as the least",
      change: { periodMs: 0.1, weight: 0 },
      values: { quotaUs: -1, periodUs: 1000, cpuShares: 2 },
    },
    {
      title: "a period and a weight above what the kernel takes as the most",
      change: { periodMs: 5000, weight: 1e9 },
      values: { quotaUs: -1, periodUs: 1_000_000, cpuShares: 262_144 },
    },
  ];
  for (const { title, change, values } of limits) {
    test(`writes ${title}`, () => {
      assert.deepEqual(toKernelValues({ ...kernelDefaultCpuLimit, ...change }), valuesOf(values));
    });
  }
});

describe("fromKernelValues", () => {
  test("reads a quota below 0 as no limit and the rest in shares, milliseconds and weight", () => {
    assert.deepEqual(fromKernelValues(valuesOf({ quotaUs: -1 })), kernelDefaultCpuLimit);
    assert.deepEqual(
      fromKernelValues({ quotaUs: 750_000, burstUs: 250_000, periodUs: 1_000_000, cpuShares: 512 }),
      { quotaShares: 75, burstShares: 25, periodMs: 1000, weight: 50 },
    );
  });
});
