import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ScalingRequest } from "../messages/messages.ts";
import type { HostObservation } from "../observation/usage-sample.ts";
import { cpuLimitOfShares, kernelDefaultCpuLimit } from "../structure/cpu-limit.ts";
import { idFor, requestFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { beginBrakes } from "./container-brakes.ts";
import { beginHostBrakes, hostShrinksLeft, recordHostShrinks } from "./host-brakes.ts";
import { type Plan, type PlanInput, planHost } from "./plan-host.ts";
import type { PlannedContainer, PlannedResource } from "./planned-container.ts";
import { safeLimitPolicy } from "./safe-limit.ts";

const roomy: HostObservation = {
  cpu: { total: 1000, grantable: 900, granted: 400, isOvercommitted: false },
  mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
  isPressed: false,
};

const withGranted = (granted: number): HostObservation => ({
  ...roomy,
  cpu: { ...roomy.cpu, granted },
});

const plannedFor = (limit: number | null, changed: Partial<PlannedResource> = {}) => ({
  limit,
  settings: settingsFor({ min: 10 }),
  brakes: beginBrakes(monotonicSeconds(0)),
  floor: 0,
  isAwaitingAnswer: false,
  ...changed,
});

const containerFor = (
  name: string,
  shares: number | null = 100,
  changed: Partial<PlannedResource> = {},
): PlannedContainer => ({
  id: idFor(name),
  isPaused: false,
  cpuLimit: shares === null ? kernelDefaultCpuLimit : cpuLimitOfShares(shares, 100),
  resources: { cpu: plannedFor(shares, changed), mem: plannedFor(512) },
});

function plan(
  requests: readonly ScalingRequest[],
  containers: Readonly<Record<string, PlannedContainer>>,
  changed: Partial<PlanInput> = {},
): Plan {
  return planHost({
    host: "host-1",
    at: monotonicSeconds(1000),
    requests,
    observation: roomy,
    growthUnderWay: { cpu: 0, mem: 0 },
    container: (name) => containers[name],
    hostBrakes: beginHostBrakes(monotonicSeconds(0)),
    brakeSettings: defaultBrakeSettings,
    names: () => [],
    firstSequence: 41,
    ...changed,
  });
}

const limitsOf = ({ orders }: Plan): Readonly<Record<string, number | null>> =>
  Object.fromEntries(
    orders.map(({ order }) => [
      order.structure,
      order.target.resource === "cpu" ? order.target.limit.quotaShares : null,
    ]),
  );

const codesOf = ({ held }: Plan): readonly string[] => held.map(({ reason }) => reason.code);

const shrinkFor = (name: string, amount = -20, from = 100) => requestFor(name, { amount, from });

describe("an order", () => {
  test("is the wish made into a whole cpu limit for the container's host", () => {
    const request = requestFor("web");
    const made = plan([request], { web: containerFor("web", 100) }).orders[0];
    assert.deepEqual(made?.order, {
      sequence: 41,
      host: "host-1",
      structure: "web",
      id: "id-web",
      target: { resource: "cpu", limit: cpuLimitOfShares(175, 100) },
      from: 100,
      author: { kind: "policy", name: "serverless-rules" },
      reason: request.reason,
    });
    assert.equal(made?.growth, 75);
  });

  test("keeps the period of the present limit", () => {
    const web = { ...containerFor("web"), cpuLimit: cpuLimitOfShares(100, 500) };
    const { target } = plan([requestFor("web")], { web }).orders[0]?.order ?? {};
    assert.ok(target?.resource === "cpu");
    assert.equal(target.limit.periodMs, 500);
  });

  test("has the burst and the period it was asked for, and a weight in proportion", () => {
    const shaped = requestFor("web", { cpu: { burstShares: 60, periodMs: 1000 } });
    const made = plan([shaped], { web: containerFor("web") }).orders[0];
    const limit = { quotaShares: 175, burstShares: 60, periodMs: 1000, weight: 175 };
    assert.deepEqual(made?.order.target, { resource: "cpu", limit });
  });

  test("carries no burst above the quota that is left of a growth", () => {
    const shaped = requestFor("web", { cpu: { burstShares: 175, periodMs: 1000 } });
    const observation = { ...roomy, cpu: { ...roomy.cpu, granted: roomy.cpu.grantable - 20 } };
    const target = plan([shaped], { web: containerFor("web") }, { observation }).orders[0]?.order
      .target;
    assert.ok(target?.resource === "cpu");
    assert.equal(target.limit.quotaShares, 120);
    assert.equal(target.limit.burstShares, 120);
  });

  test("is numbered in the order of the plan", () => {
    const containers = { a: containerFor("a"), b: containerFor("b") };
    const { orders } = plan([requestFor("a"), shrinkFor("b")], containers);
    assert.deepEqual(
      orders.map(({ order }) => `${order.sequence} ${order.structure}`),
      ["41 b", "42 a"],
    );
  });

  test("towards the safe limit is the agent's own, not a policy's", () => {
    const request = requestFor("web", { policy: safeLimitPolicy });
    const { author } = plan([request], { web: containerFor("web") }).orders[0]?.order ?? {};
    assert.deepEqual(author, { kind: "agent", name: "safe-limit" });
  });

  test("is for the limit that was wished for, though it was changed in between", () => {
    assert.deepEqual(limitsOf(plan([requestFor("web")], { web: containerFor("web", 150) })), {
      web: 175,
    });
  });

  test("stays between min and max of now", () => {
    const web = containerFor("web", 100, { settings: settingsFor({ min: 90, max: 120 }) });
    assert.deepEqual(limitsOf(plan([requestFor("web")], { web })), { web: 120 });
    assert.deepEqual(limitsOf(plan([shrinkFor("web")], { web })), { web: 90 });
  });
});

describe("what is held, and why", () => {
  const cases: readonly (readonly [string, ScalingRequest, PlannedContainer | undefined])[] = [
    ["unknown-structure", requestFor("web"), undefined],
    ["gone", requestFor("web"), { ...containerFor("web"), id: idFor("another") }],
    [
      "unknown-structure",
      requestFor("web"),
      { ...containerFor("web"), resources: { cpu: undefined, mem: undefined } },
    ],
    ["recommend-only", requestFor("web", { isRecommendation: true }), containerFor("web")],
    [
      "not-in-auto",
      requestFor("web"),
      containerFor("web", 100, { settings: settingsFor({ mode: "observe" }) }),
    ],
    ["paused", requestFor("web"), { ...containerFor("web"), isPaused: true }],
    ["write-pending", requestFor("web"), containerFor("web", 100, { isAwaitingAnswer: true })],
    ["unchanged", requestFor("web"), containerFor("web", 175)],
    ["unchanged", shrinkFor("web"), containerFor("web", 70)],
    [
      "learning",
      shrinkFor("web"),
      containerFor("web", 100, { brakes: beginBrakes(monotonicSeconds(900)) }),
    ],
  ];
  for (const [code, request, container] of cases) {
    test(`${code}: ${request.amount > 0 ? "a raise" : "a shrink"}`, () => {
      const made = plan([request], container === undefined ? {} : { web: container });
      assert.deepEqual(made.orders, []);
      assert.deepEqual(codesOf(made), [code]);
      assert.equal(made.held[0]?.request, request);
    });
  }

  test("a recommendation never takes the place of a real request", () => {
    const recommended = requestFor("web", { isRecommendation: true, amount: 200 });
    const made = plan([recommended, requestFor("web")], { web: containerFor("web") });
    assert.deepEqual(limitsOf(made), { web: 175 });
    assert.deepEqual(codesOf(made), ["recommend-only"]);
  });
});

describe("shrinks", () => {
  test("are cut to the brake, and the order says from what to what", () => {
    const made = plan([shrinkFor("web", -90)], { web: containerFor("web", 100) });
    assert.deepEqual(limitsOf(made), { web: 70 });
    assert.equal(made.orders[0]?.order.reason.code, "cut-to-brake");
    assert.match(made.orders[0]?.order.reason.text ?? "", /70 instead of 10: .*30 % at once/);
  });

  test("are remembered by the container's brakes", () => {
    const made = plan([shrinkFor("web")], { web: containerFor("web", 100) });
    assert.deepEqual(made.orders[0]?.brakes.peaks, [{ at: 1000, limit: 100 }]);
  });

  test("are bounded per host and minute: those that give back most come first", () => {
    const full = recordHostShrinks(beginHostBrakes(monotonicSeconds(0)), monotonicSeconds(990), 59);
    const containers = { a: containerFor("a"), b: containerFor("b"), c: containerFor("c") };
    const requests = [shrinkFor("a", -5), shrinkFor("b", -25), shrinkFor("c", -15)];
    const made = plan(requests, containers, { hostBrakes: full });
    assert.deepEqual(limitsOf(made), { b: 75 });
    assert.deepEqual(codesOf(made), ["host-shrinks-too-many", "host-shrinks-too-many"]);
    assert.equal(hostShrinksLeft(made.hostBrakes, defaultBrakeSettings, monotonicSeconds(1000)), 0);
  });

  test("of an unlimited container begin at max", () => {
    const web = containerFor("web", null);
    assert.deepEqual(limitsOf(plan([shrinkFor("web", -60, 300)], { web })), { web: 240 });
  });

  test("go on while the host is overcommitted or pressed", () => {
    const observation = { ...roomy, cpu: { ...roomy.cpu, isOvercommitted: true }, isPressed: true };
    const made = plan([shrinkFor("web")], { web: containerFor("web") }, { observation });
    assert.deepEqual(limitsOf(made), { web: 80 });
  });
});

describe("growth", () => {
  const nearlyFull = withGranted(800);

  test("gets what is free, and the order says what was wanted", () => {
    const made = plan(
      [requestFor("a"), requestFor("b")],
      { a: containerFor("a", 100), b: containerFor("b", 100) },
      { observation: nearlyFull },
    );
    assert.deepEqual(limitsOf(made), { a: 175, b: 125 });
    assert.equal(made.orders[1]?.order.reason.code, "cut-to-host");
    assert.match(made.orders[1]?.order.reason.text ?? "", /125 instead of 175: .* 25 shares left/);
  });

  test("goes by priority, then to the smaller grant, then by name", () => {
    const containers = {
      a: containerFor("a", 100),
      b: containerFor("b", 100),
      c: containerFor("c", 90),
      d: containerFor("d", 250),
    };
    const requests = [
      requestFor("b"),
      requestFor("a"),
      requestFor("c", { from: 90 }),
      requestFor("d", { from: 250, amount: 50, priority: 5 }),
    ];
    const { orders } = plan(requests, containers);
    assert.deepEqual(
      orders.map(({ order }) => order.structure),
      ["d", "c", "a", "b"],
    );
  });

  test("does not count on what the shrinks of the same plan give back", () => {
    const full = withGranted(900);
    const made = plan(
      [shrinkFor("a"), requestFor("b")],
      { a: containerFor("a"), b: containerFor("b") },
      { observation: full },
    );
    assert.deepEqual(limitsOf(made), { a: 80 });
    assert.deepEqual(codesOf(made), ["host-full"]);
    assert.match(made.held[0]?.reason.text ?? "", /0 of 900 grantable shares left/);
  });

  test("does not spend twice what orders under way were given", () => {
    const made = plan(
      [requestFor("web")],
      { web: containerFor("web") },
      { observation: nearlyFull, growthUnderWay: { cpu: 90, mem: 0 } },
    );
    assert.deepEqual(limitsOf(made), { web: 110 });
  });

  test("is not made of crumbs", () => {
    const observation = withGranted(899.5);
    const made = plan([requestFor("web")], { web: containerFor("web") }, { observation });
    assert.deepEqual(codesOf(made), ["host-full"]);
  });

  for (const [code, changed] of [
    ["host-pressure", { isPressed: true }],
    ["host-overcommitted", { cpu: { ...roomy.cpu, isOvercommitted: true } }],
  ] as const) {
    test(`is held for ${code}`, () => {
      const observation = { ...roomy, ...changed };
      const made = plan([requestFor("web")], { web: containerFor("web") }, { observation });
      assert.deepEqual(codesOf(made), [code]);
    });
  }
});

describe("memory", () => {
  const shrink = (amount: number) => requestFor("web", { resource: "mem", amount, from: 512 });
  const grow = requestFor("web", { resource: "mem", amount: 256, from: 512 });
  const memFor = (changed: Partial<PlannedResource>): PlannedContainer => ({
    ...containerFor("web"),
    resources: {
      cpu: plannedFor(100),
      mem: plannedFor(512, { settings: settingsFor({ min: 64, max: 1024 }), ...changed }),
    },
  });
  const memOf = ({ orders }: Plan) =>
    orders.map(({ order }) => (order.target.resource === "mem" ? order.target.memMib : "cpu"));

  test("is ordered in MiB, beside cpu of the same container", () => {
    const made = plan([requestFor("web"), grow], { web: memFor({}) });
    assert.deepEqual(memOf(made), ["cpu", 768]);
    assert.deepEqual(
      made.orders.map(({ growth }) => growth),
      [75, 256],
    );
  });

  test("is not lowered below what is in use", () => {
    assert.deepEqual(memOf(plan([shrink(-100)], { web: memFor({ floor: 450 }) })), [450]);
    for (const floor of [512, 2000]) {
      const held = plan([shrink(-100)], { web: memFor({ floor }) });
      assert.deepEqual(codesOf(held), ["memory-in-use"]);
    }
  });

  test("is not lowered by the trifle that what is in use leaves of a shrink", () => {
    assert.deepEqual(codesOf(plan([shrink(-100)], { web: memFor({ floor: 500 }) })), [
      "memory-in-use",
    ]);
    assert.deepEqual(memOf(plan([shrink(-12)], { web: memFor({ floor: 490 }) })), [500]);
  });

  test("above the owner's new max stays there while what is in use is above it too", () => {
    const web = memFor({ floor: 450, settings: settingsFor({ min: 64, max: 400 }) });
    assert.deepEqual(codesOf(plan([shrink(-112)], { web })), ["memory-in-use"]);
  });

  test("grows at once to what is in use, should the step be smaller", () => {
    assert.deepEqual(memOf(plan([grow], { web: memFor({ floor: 900 }) })), [900]);
    assert.deepEqual(memOf(plan([grow], { web: memFor({ floor: 2000 }) })), [1024]);
  });

  test("grows on a host under pressure only where the kernel would kill else", () => {
    const observation = { ...roomy, isPressed: true };
    const calm = plan([grow], { web: memFor({ floor: 500 }) }, { observation });
    assert.deepEqual(codesOf(calm), ["host-pressure"]);
    const near = plan([grow], { web: memFor({ floor: 520 }) }, { observation });
    assert.deepEqual(memOf(near), [768]);
  });

  test("has a room of its own on the host", () => {
    const full = { ...roomy, mem: { ...roomy.mem, granted: 4096 } };
    const made = plan([requestFor("web"), grow], { web: memFor({}) }, { observation: full });
    assert.deepEqual(memOf(made), ["cpu"]);
    assert.deepEqual(codesOf(made), ["host-full"]);
  });
});

describe("a request for another shape alone", () => {
  const reshape = requestFor("web", { amount: 0, cpu: { burstShares: 100, periodMs: 1000 } });

  test("is ordered whatever the brakes and the host say, and grants nothing more", () => {
    const observation = { ...roomy, isPressed: true };
    const web = containerFor("web", 100, { brakes: beginBrakes(monotonicSeconds(999)) });
    const [made] = plan([reshape], { web }, { observation }).orders;
    const limit = { quotaShares: 100, burstShares: 100, periodMs: 1000, weight: 100 };
    assert.deepEqual(made?.order.target, { resource: "cpu", limit });
    assert.equal(made?.growth, 0);
    assert.equal(made?.brakes, web.resources.cpu?.brakes);
  });

  test("is held as unchanged where the limit has that shape", () => {
    const cpuLimit = { quotaShares: 100, burstShares: 100, periodMs: 1000, weight: 100 };
    const web = { ...containerFor("web"), cpuLimit };
    assert.deepEqual(codesOf(plan([reshape], { web })), ["unchanged"]);
  });

  test("is held where it says no shape, or the limit is another by now", () => {
    const nothing = requestFor("web", { amount: 0 });
    assert.deepEqual(codesOf(plan([nothing], { web: containerFor("web") })), ["unchanged"]);
    assert.deepEqual(codesOf(plan([reshape], { web: containerFor("web", 90) })), ["unchanged"]);
  });
});
