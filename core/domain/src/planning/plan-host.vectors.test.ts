/*
 * The published vectors of the planner, by their section: cpu, max 300, min 50, brakes off. Where
 * ours differs, the title says what is ours and why.
 *
 * Published, a request can change max, and current then follows it. Ours has no such request: max is
 * what the owner sets, and a limit follows only where it would be above it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { amountOf, type ScalingRequest } from "../messages/messages.ts";
import { wishInsideOwnersBand } from "../policies/owners-band.ts";
import { defaultSettings, type ResourceSettings, settingsInForce } from "../structure/settings.ts";
import { idFor, requestFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { beginBrakes } from "./container-brakes.ts";
import { beginHostBrakes } from "./host-brakes.ts";
import { planHost } from "./plan-host.ts";

const brakesOff = {
  ...defaultBrakeSettings,
  learningSeconds: 0,
  settleSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkPerWindowPercent: 100,
};

interface Container {
  readonly current: number;
  readonly settings?: Partial<ResourceSettings>;
}

/** What the plan does: `name amount`, in the order of the plan, or the code of why it holds. */
function plan(
  hostFree: number,
  containers: Readonly<Record<string, Container>>,
  requests: readonly ScalingRequest[],
): readonly string[] {
  const begun = monotonicSeconds(0);
  const isOvercommitted = hostFree < 0;
  const book = { total: 20_000, grantable: 10_000 + hostFree, granted: 10_000, isOvercommitted };
  const { orders, held } = planHost({
    host: "host-1",
    at: monotonicSeconds(1000),
    requests,
    observation: { cpu: book, mem: book, isPressed: false },
    growthUnderWay: { cpu: 0, mem: 0 },
    container: (name) => {
      const known = containers[name];
      if (known === undefined) return undefined;
      const planned = {
        limit: known.current,
        settings: settingsFor(known.settings),
        brakes: beginBrakes(begun),
        floor: 0,
        isAwaitingAnswer: false,
      };
      const resources = { cpu: planned, mem: planned };
      return { id: idFor(name), isPaused: false, cpuLimit: undefined, resources };
    },
    hostBrakes: beginHostBrakes(begun),
    brakeSettings: brakesOff,
    names: () => [],
    firstSequence: 1,
  });
  return [
    ...orders.map(({ order: { structure, target } }) => {
      const limit = amountOf(target);
      return `${structure} ${(limit ?? 0) - (containers[structure]?.current ?? 0)}`;
    }),
    ...held.map(({ request, reason }) => `${request.structure} ${reason.code}`),
  ];
}

const ask = (name: string, amount: number, from: number, priority = 0): ScalingRequest =>
  requestFor(name, { amount, from, priority });

interface Row {
  readonly amount: number;
  readonly current: number;
  readonly free: number;
  readonly published: string;
  readonly expected: string;
  readonly ours?: string;
}

describe("5.8, field current", () => {
  const full = "held, because a negative amount of room must not turn growth into a shrink";
  const rows: readonly Row[] = [
    { amount: 75, current: 100, free: 500, published: "+75", expected: "a 75" },
    { amount: 75, current: 100, free: 30, published: "+30", expected: "a 30" },
    { amount: 75, current: 100, free: 0, published: "aborted", expected: "a host-full" },
    {
      amount: 75,
      current: 100,
      free: -10,
      published: "-10",
      expected: "a host-overcommitted",
      ours: full,
    },
    { amount: 300, current: 100, free: 500, published: "+200", expected: "a 200" },
    { amount: 75, current: 300, free: 500, published: "aborted", expected: "a unchanged" },
    {
      amount: 75,
      current: 320,
      free: 500,
      published: "-20",
      expected: "a unchanged",
      ours: "held, because a raise never shrinks; the policy asks for -20 by itself",
    },
    { amount: -75, current: 100, free: 500, published: "-50", expected: "a -50" },
    { amount: -75, current: 100, free: 0, published: "-50", expected: "a -50" },
    { amount: -75, current: 50, free: 500, published: "aborted", expected: "a unchanged" },
    {
      amount: -10,
      current: 40,
      free: 500,
      published: "+10",
      expected: "a unchanged",
      ours: "held, because a shrink never raises; the policy asks for +10 by itself",
    },
  ];
  for (const { amount, current, free, published, expected, ours } of rows) {
    const said = ours === undefined ? "" : `; ours: ${ours}`;
    test(`5.8: ${amount} at ${current}, ${free} free: ${published}${said}`, () => {
      assert.deepEqual(plan(free, { a: { current } }, [ask("a", amount, current)]), [expected]);
    });
  }

  for (const [current, amount, code] of [
    [320, -20, "above-max"],
    [40, 10, "below-min"],
  ] as const) {
    test(`5.8: at ${current}, outside 50 to 300, the policy asks for ${amount}`, () => {
      const wish = wishInsideOwnersBand("cpu", settingsFor(), { limit: current, used: 0 });
      assert.deepEqual([wish?.amount, wish?.reason.code], [amount, code]);
      assert.deepEqual(plan(500, { a: { current } }, [ask("a", amount, current)]), [`a ${amount}`]);
    });
  }
});

describe("5.8, field max, here the owner's setting", () => {
  const stays = "the limit stays, because use decides and not room that nobody asked for";
  const rows: readonly (readonly [
    vector: string,
    max: number,
    current: number,
    amount: number | undefined,
    ours?: string,
  ])[] = [
    ["+50 (max 200) at 200, 500 free: +50", 250, 200, undefined, stays],
    ["+50 (max 200) at 100, 500 free: current +150", 250, 100, undefined, stays],
    ["+50 (max 200) at 100, 60 free: max -40", 250, 100, undefined, "max is what the owner set"],
    ["+50 (max 200) at 200, 0 free: aborted", 250, 200, undefined, "max is a bound and no grant"],
    ["-50 (max 200) at 200: -50", 150, 200, -50],
    ["-500 (max 200) at 200: -150, for max stops at min", 50, 200, -150],
    ["-50 (max 200) at 100: current +50", 150, 100, undefined, stays],
    ["-50 (max 40, under min) at 40: aborted", 40, 40, undefined],
  ];
  for (const [vector, max, current, amount, ours] of rows) {
    const said = ours === undefined ? "" : `; ours: ${ours}`;
    test(`5.8: ${vector}${said}`, () => {
      const sight = { firstLimit: 200, hostTotal: 800 };
      const { cpu } = settingsInForce({
        defaults: defaultSettings,
        stored: { resources: { cpu: { mode: "auto", min: 50, max } } },
        firstSight: { cpu: sight, mem: sight },
      }).resources;
      assert.ok(cpu.min <= cpu.max && cpu.max === max);
      const wish = wishInsideOwnersBand("cpu", cpu, { limit: current, used: 60 });
      assert.equal(wish?.amount, amount);
    });
  }
});

describe("5.8, several containers", () => {
  const two = { a: { current: 200 }, b: { current: 200 } };
  const waits = "a waits for the next plan, because b's shrink may be refused";
  const pair = "two requests and no swap, because each is right or wrong by itself";
  const rows: readonly (readonly [
    vector: string,
    free: number,
    containers: Readonly<Record<string, Container>>,
    requests: readonly ScalingRequest[],
    expected: readonly string[],
  ])[] = [
    [
      `+60 (a) and -50 (b), priorities 2 and -1, 0 free: a first; ours: ${waits}`,
      0,
      two,
      [ask("a", 60, 200, 2), ask("b", -50, 200, -1)],
      ["b -50", "a host-full"],
    ],
    [
      `+60 (a) and -50 (b), equal priorities, 0 free: b, then a; ours: ${waits}`,
      0,
      two,
      [ask("a", 60, 200), ask("b", -50, 200)],
      ["b -50", "a host-full"],
    ],
    [
      "the plan after it, with what b gave back: a gets that",
      50,
      { ...two, b: { current: 150 } },
      [ask("a", 60, 200)],
      ["a 50"],
    ],
    [
      `a swap of 60, 0 free: aborted; ours: ${pair}`,
      0,
      two,
      [ask("a", 60, 200), ask("b", -60, 200)],
      ["b -60", "a host-full"],
    ],
    [
      "a swap of 60, 60 free: -60 and +60",
      60,
      two,
      [ask("a", 60, 200), ask("b", -60, 200)],
      ["b -60", "a 60"],
    ],
    [
      `a swap of 60, the donor at 90 with min 50: aborted; ours: ${pair}`,
      60,
      { ...two, b: { current: 90 } },
      [ask("a", 60, 200), ask("b", -60, 90)],
      ["b -40", "a 60"],
    ],
  ];
  for (const [vector, free, containers, requests, expected] of rows) {
    test(`5.8: ${vector}`, () => {
      assert.deepEqual(plan(free, containers, requests), expected);
      assert.deepEqual(plan(free, containers, requests.toReversed()), expected);
    });
  }
});

describe("5.8, execution of memory", () => {
  const rows: readonly (readonly [
    vector: string,
    amount: number,
    free: number,
    expected: string,
  ])[] = [
    ["+512 with 200 free: 200", 512, 200, "a 200"],
    ["-512 with 0 free: -512", -512, 0, "a -512"],
    [
      "-100 with -1000 free: -1000; ours: -100, because what the host lacks is not one container's debt",
      -100,
      -1000,
      "a -100",
    ],
  ];
  for (const [vector, amount, free, expected] of rows) {
    test(`5.8: mem ${vector}`, () => {
      const container = { current: 4096, settings: { min: 256, max: 8192 } };
      const request = { ...ask("a", amount, 4096), resource: "mem" as const };
      assert.deepEqual(plan(free, { a: container }, [request]), [expected]);
    });
  }
});

test("5.6: a request older than 60 s is deleted; ours: held if it was done since, because age alone says nothing", () => {
  const old = ask("a", 75, 100);
  assert.deepEqual(plan(500, { a: { current: 175 } }, [old]), ["a unchanged"]);
  assert.deepEqual(plan(500, { a: { current: 150 } }, [old]), ["a 25"]);
});

describe("5.1, who is not guarded", () => {
  for (const [vector, mode] of [
    ["guard absent", defaultSettings.cpu.mode],
    ["guard false", "observe"],
  ] as const) {
    test(`5.1: ${vector}: 0 requests; ours: held with its reason, because observing goes on`, () => {
      const container = { current: 100, settings: { mode } };
      assert.deepEqual(plan(500, { a: container }, [ask("a", 75, 100)]), ["a not-in-auto"]);
    });
  }
});
