/*
 * The published vectors of whole structures, by their sections: samples of ten seconds, the
 * published numbers. Where ours differs, the title says what is ours and why.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { amountsOf, directionsOf, type FollowedPolicy } from "../testing/follow-policy.ts";
import { noEvents } from "./pending-events.ts";
import type { Observation } from "./policy.ts";
import {
  cpu,
  follow,
  mem,
  nothingPends,
  type PublishedCase,
  runRow,
  titleOf,
  type VectorRow,
  windowSeconds,
  windows,
} from "./published-case-fixture.ts";
import { thresholdRules } from "./rules.ts";

function testRow(row: VectorRow): void {
  test(titleOf(row), () => {
    const found = runRow(row);
    const { amounts, events = found.events, pending = found.pending } = row;
    assert.deepEqual(found, { amounts, events, pending });
  });
}

describe("5.4, a whole structure: cpu max 300, limit 170, min 50, upper 140, lower 110", () => {
  const atFour: PublishedCase = {
    ...cpu,
    rules: {
      ...cpu.rules,
      ...thresholdRules("cpu", { upEvents: 4, downEvents: 5, upAmount: 75 }),
      eventTimeoutWindows: 4,
    },
  };
  const rows: readonly VectorRow[] = [
    { vector: "5.4: 150 × 1", of: cpu, use: [[150, 1]], amounts: [], events: ["up"] },
    { vector: "5.4: 150 × 2", of: cpu, use: [[150, 2]], amounts: [75], pending: nothingPends },
    {
      vector: "5.4: 140 × 3, comparisons are strict",
      of: cpu,
      use: [[140, 3]],
      amounts: [],
      events: [],
    },
    { vector: "5.4: 120 × 3", of: cpu, use: [[120, 3]], amounts: [], events: [] },
    {
      vector: "5.4: 110 × 6, comparisons are strict",
      of: cpu,
      use: [[110, 6]],
      amounts: [],
      events: [],
    },
    {
      vector: "5.4: 60 × 6 fits to -65 and is clamped to -60",
      of: cpu,
      use: [[60, 6]],
      amounts: [-60],
      pending: nothingPends,
    },
    {
      vector: "5.4: 0 × 6",
      of: cpu,
      use: [[0, 6]],
      amounts: [-60],
      ours: "-60, published nothing, because an idle container must shrink too",
    },
    {
      vector: "5.4: 290 × 3 at the limit 300",
      of: { ...cpu, limit: 300 },
      use: [[290, 3]],
      amounts: [],
      events: [],
    },
    {
      vector: "5.4: 260 × 2 at the limit 270 is trimmed from 75",
      of: { ...cpu, limit: 270 },
      use: [[260, 2]],
      amounts: [30],
    },
    {
      vector: "5.4: 150 × 2 while 2 underuse events are valid",
      of: cpu,
      use: [
        [60, 2],
        [150, 2],
      ],
      amounts: [75],
      pending: nothingPends,
      ours: "the bottleneck events are used up, published the underuse events, because else they fire again",
    },
    {
      vector: "5.4: 3 events beyond the time-out, only the new one stays",
      of: atFour,
      use: [
        [150, 3],
        [120, 4],
        [150, 1],
      ],
      amounts: [],
      pending: { up: 1, down: 0 },
      ours: "a time-out of 4 windows, published 40 s, because windows can be counted",
    },
    { vector: "5.4: mem 3500 × 2, upper 3277", of: mem, use: [[3500, 2]], amounts: [256] },
    {
      vector: "5.4: mem 3277 × 2 is no more than upper",
      of: mem,
      use: [[3277, 2]],
      amounts: [],
      events: [],
    },
    {
      vector: "5.4: mem 2458 × 8 is no less than lower",
      of: mem,
      use: [[2458, 8]],
      amounts: [],
      events: [],
    },
    { vector: "5.4: mem 1000 × 8, lower 2458", of: mem, use: [[1000, 8]], amounts: [-1868] },
  ];
  for (const row of rows) testRow(row);

  test("5.4: 2 pending up events, usage now 120: still +75", () => {
    const policy = follow(cpu);
    policy.pend({ up: [1, 1], down: [] });
    assert.deepEqual(amountsOf(windows(policy, cpu, { used: 120, times: 1 })), [75]);
  });

  const proportional = cpu.rules.requestRules.map((rule) =>
    rule.direction === "up"
      ? { ...rule, rescale: { kind: "proportional" as const, amount: 75 } }
      : rule,
  );
  const proportions: readonly (readonly [number, readonly number[], string])[] = [
    [155, [37], "155: +37"],
    [200, [75], "200: +75"],
    [140, [], "140: none, and the events are used up"],
    [
      125,
      [],
      "125; ours: none, published -37, because a raise never shrinks; the events are used up",
    ],
  ];
  for (const [used, amounts, title] of proportions) {
    test(`5.4: proportional 75, usage ${title}`, () => {
      const of = { ...cpu, rules: { ...cpu.rules, requestRules: proportional } };
      const policy = follow(of);
      policy.pend({ up: [1, 1], down: [] });
      assert.deepEqual(amountsOf(windows(policy, of, { used: used, times: 1 })), amounts);
      assert.equal(policy.pending().up.length, used > 140 ? 1 : 0);
    });
  }

  test("5.4: mem without data, cpu 150 × 2; ours: +75 cpu, published nothing at all, because each resource is judged for itself", () => {
    const ofMem = windows(follow(mem), mem, { used: undefined, times: 2 });
    assert.deepEqual(
      ofMem.map(({ outcome }) => outcome.kind),
      ["hold", "hold"],
    );
    assert.deepEqual(amountsOf(windows(follow(cpu), cpu, { used: 150, times: 2 })), [75]);
  });
});

describe("5.5, aggregation; ours: no series is queried, the kernel's one counter is read", () => {
  const half = (policy: FollowedPolicy, used: number | undefined) =>
    policy.sample({ used, limit: cpu.limit }, windowSeconds / 2);

  test("5.5: user {10, 20}, kernel {4}: usage 19, the mean over the window", () => {
    const policy = follow(cpu);
    half(policy, 10 + 4);
    const [event] = half(policy, 20 + 4).events;
    assert.equal(event?.used, 19);
  });

  const gaps: readonly (readonly [string, Partial<Observation>])[] = [
    ["only user {10}, published 10; ours: no data, because a partial sum looks like idleness", {}],
    ["user with no points, published 0; ours: no data, because missing is not zero", {}],
    ["no series", {}],
    ["no reading before this one", { windowSeconds: undefined }],
  ];
  for (const [title, observed] of gaps) {
    test(`5.5: ${title}`, () => {
      const policy = follow(cpu);
      const step = policy.sample({ used: undefined, limit: cpu.limit, ...observed }, windowSeconds);
      assert.ok(step.outcome.kind === "hold");
      const code = "windowSeconds" in observed ? "no-window-yet" : "no-data";
      assert.deepEqual([step.outcome.reason.code, step.events], [code, []]);
      assert.deepEqual(policy.pending(), noEvents);
    });
  }

  test("5.5: the query's span is the window; ours: it ends now, because no database lags behind", () => {
    const policy = follow(cpu);
    const first = half(policy, 150);
    assert.ok(first.outcome.kind === "hold");
    assert.equal(first.outcome.reason.code, "no-window-yet");
    assert.deepEqual(directionsOf([half(policy, 150)]), ["up"]);
  });
});
