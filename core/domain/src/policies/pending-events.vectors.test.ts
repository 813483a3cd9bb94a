/*
 * The published vectors of events and of the requests they become, by their sections: samples of
 * ten seconds, the published numbers. Where ours differs, the title says what is ours and why.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Resource } from "../structure/resource.ts";
import { amountsOf } from "../testing/follow-policy.ts";
import { settingsFor } from "../testing/sample-data.ts";
import { requestReason } from "./describe-situation.ts";
import { addEvent, noEvents, withoutExpired } from "./pending-events.ts";
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
import { situationOf } from "./rescale.ts";
import { publishedRules, rulePaths, thresholdRules } from "./rules.ts";

function testRow(row: VectorRow): void {
  test(titleOf(row), () => {
    const found = runRow(row);
    const { amounts, events = found.events, pending = found.pending } = row;
    assert.deepEqual(found, { amounts, events, pending });
  });
}

const times = (count: number, direction: string): readonly string[] =>
  Array.from({ length: count }, () => direction);

describe("5.1, the kind of an event", () => {
  const kinds: readonly (readonly [Resource, number, "up" | "down", string])[] = [
    ["cpu", 30, "down", "CpuUnderuse"],
    ["cpu", 160, "up", "CpuBottleneck"],
    ["mem", 1000, "down", "MemUnderuse"],
    ["mem", 3500, "up", "MemBottleneck"],
  ];
  for (const [resource, used, direction, published] of kinds) {
    test(`5.1: ${published}; ours: ${resource} and ${direction}, because a name of both had to be taken apart again`, () => {
      const of = resource === "cpu" ? cpu : mem;
      const [event] = windows(follow(of), of, { used: used, times: 1 }).flatMap(
        (step) => step.events,
      );
      assert.deepEqual([event?.resource, event?.direction], [resource, direction]);
    });
  }

  test("5.1: {bogus: 1} is no event; ours: rules can only name up and down, because nothing else is made", () => {
    const named = rulePaths("cpu").filter((path) => path.startsWith("events."));
    assert.deepEqual(named, ["events.scale.up", "events.scale.down"]);
  });

  test("5.1: five events of now and five of 24 s ago with a time-out of 20 s; ours: in windows of 1 s, because a late sample must not expire them", () => {
    const seen = [0, 0, 0, 0, 0, 24, 24, 24, 24, 24];
    const events = seen.reduce((sum, window) => addEvent(sum, "up", window), noEvents);
    assert.deepEqual(withoutExpired(events, 24 - 20).up, [24, 24, 24, 24, 24]);
  });

  test("5.1: up 1, 2, 3, 4 and down 2, 3, 4, 5 reduce to 10 and 14; ours: by counting, because an event is one observation", () => {
    let events = noEvents;
    for (let window = 0; window < 10; window += 1) events = addEvent(events, "up", window);
    for (let window = 0; window < 14; window += 1) events = addEvent(events, "down", window);
    assert.deepEqual([events.up.length, events.down.length], [10, 14]);
  });
});

describe("5.1, the sign of a request", () => {
  const shrinkBy = (amount: number): PublishedCase => {
    const [, shrink] = cpu.rules.requestRules;
    assert.ok(shrink !== undefined);
    const rescale = { kind: "amount" as const, amount };
    return { ...cpu, rules: { ...cpu.rules, requestRules: [{ ...shrink, rescale }] } };
  };
  const rows: readonly VectorRow[] = [
    {
      vector: "5.1: CpuRescaleUp",
      of: cpu,
      use: [[150, 2]],
      amounts: [75],
      ours: "resource and sign, because a name of both had to be taken apart again",
    },
    { vector: "5.1: CpuRescaleDown", of: shrinkBy(-20), use: [[60, 6]], amounts: [-20] },
    { vector: "5.1: MemRescaleUp", of: mem, use: [[3500, 2]], amounts: [256] },
    { vector: "5.1: MemRescaleDown", of: mem, use: [[1000, 8]], amounts: [-1868] },
    {
      vector: "5.1: an amount of 0 is no request",
      of: shrinkBy(0),
      use: [[60, 6]],
      amounts: [],
      pending: nothingPends,
      ours: "a hold and no error, because doing nothing is an outcome",
    },
  ];
  for (const row of rows) testRow(row);

  test('5.1: the summary "300,200,140,22.57,70,50"; ours: a sentence with the figures that decided, because people read it', () => {
    const situation = { ...situationOf(settingsFor(), 200, 22.5664), upper: 140, lower: 70 };
    const { text } = requestReason("cpu", "down", situation);
    assert.equal(text, "used 22.57 of 200 shares, below 70");
  });
});

describe("5.1, events and the events a request uses up", () => {
  const bandOf1024: PublishedCase = {
    ...mem,
    settings: { min: 256, max: 8192, boundary: { percent: 12.5, of: "max" } },
    limit: 3072,
  };
  const downAtEight: PublishedCase = {
    rules: {
      ...publishedRules("cpu"),
      ...thresholdRules("cpu", { upEvents: 2, downEvents: 8, upAmount: 75 }),
    },
    settings: { min: 50, max: 200, boundary: { percent: 10, of: "max" } },
    limit: 140,
  };
  const mem3072: PublishedCase = {
    ...mem,
    settings: { min: 512, max: 10_240, boundary: { percent: 10, of: "max" } },
    limit: 3072,
  };
  const follows = "because the band follows from the limit";
  const rows: readonly VectorRow[] = [
    {
      vector: "5.1: mem 1536 between 1024 and 2048 is no event",
      of: bandOf1024,
      use: [[1536, 1]],
      amounts: [],
      events: [],
      ours: `limit 3072, published 4096, ${follows}`,
    },
    {
      vector: "5.1: mem 924 under 1024 is MemUnderuse",
      of: bandOf1024,
      use: [[924, 1]],
      amounts: [],
      events: ["down"],
    },
    {
      vector: "5.1: mem 2148 over 2048 is MemBottleneck",
      of: bandOf1024,
      use: [[2148, 1]],
      amounts: [],
      events: ["up"],
    },
    {
      vector: "5.1: cpu 30 of 140 uses up 8 CpuUnderuse",
      of: downAtEight,
      use: [[30, 8]],
      amounts: [-50],
      events: times(8, "down"),
      pending: nothingPends,
      ours: `lower 100, published 80, ${follows}`,
    },
    {
      vector: "5.1: cpu 180 over 120 uses up 2 CpuBottleneck",
      of: downAtEight,
      use: [[180, 2]],
      amounts: [60],
      events: times(2, "up"),
      pending: nothingPends,
    },
    {
      vector: "5.1: mem 974 under 1024 uses up 8 MemUnderuse",
      of: mem3072,
      use: [[974, 8]],
      amounts: [-512],
      events: times(8, "down"),
      pending: nothingPends,
    },
    {
      vector: "5.1: mem 3058 over 2048 uses up 2 MemBottleneck",
      of: mem3072,
      use: [[3058, 2]],
      amounts: [256],
      events: times(2, "up"),
      pending: nothingPends,
    },
  ];
  for (const row of rows) testRow(row);
});

describe("5.1, the intent of the integration tests", () => {
  const rows: readonly VectorRow[] = [
    { vector: "5.1: no usage", of: cpu, use: [[undefined, 2]], amounts: [], events: [] },
    { vector: "5.1: usage between the limits", of: cpu, use: [[120, 6]], amounts: [], events: [] },
    {
      vector: "5.1: usage above upper in one window",
      of: cpu,
      use: [[150, 1]],
      amounts: [],
      events: ["up"],
    },
    {
      vector: "5.1: as many windows as the threshold",
      of: cpu,
      use: [[150, 2]],
      amounts: [75],
      events: ["up", "up"],
      pending: nothingPends,
    },
  ];
  for (const row of rows) testRow(row);

  test("5.1 and 5.2: no limit; ours: a hold, because what is missing is neither zero nor an error", () => {
    const step = follow(cpu).sample({ used: 150, limit: undefined }, windowSeconds);
    assert.ok(step.outcome.kind === "hold");
    assert.deepEqual([step.outcome.reason.code, step.events], ["no-data", []]);
  });
});

describe("5.3, events of both kinds", () => {
  const pending: readonly (readonly [number, number, string])[] = [
    [2, 2, "2 and 2, published CpuUnderuse"],
    [3, 2, "3 and 2, published CpuBottleneck"],
    [2, 1, "2 and 1, published CpuBottleneck"],
  ];
  for (const [up, down, title] of pending) {
    test(`5.3: ${title}; ours: a raise uses up bottlenecks, because they made it, and voids the underuse before it`, () => {
      const policy = follow(cpu);
      const seen = (count: number) => Array.from({ length: count }, () => 1);
      policy.pend({ up: seen(up), down: seen(down) });
      assert.deepEqual(amountsOf(windows(policy, cpu, { used: 120, times: 1 })), [75]);
      assert.deepEqual(policy.pending(), { up: seen(up - 2), down: [] });
    });
  }

  test("5.3: 1 up and 2 down, CpuUnderuse: neither is enough for a request", () => {
    const policy = follow(cpu);
    policy.pend({ up: [1], down: [1, 1] });
    assert.deepEqual(amountsOf(windows(policy, cpu, { used: 120, times: 1 })), []);
    assert.deepEqual(policy.pending(), { up: [1], down: [1, 1] });
  });
});
