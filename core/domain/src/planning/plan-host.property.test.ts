import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cpuLimitOfShares } from "../structure/cpu-limit.ts";
import { idFor, requestFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { beginBrakes } from "./container-brakes.ts";
import { beginHostBrakes } from "./host-brakes.ts";
import { type PlanInput, type PlannedContainer, planHost } from "./plan-host.ts";

const names = ["a", "b", "c", "d", "e"] as const;
const anyShares = fc.double({ min: 1, max: 500, noNaN: true });

const anyContainer = fc
  .record({
    bounds: fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 400 })),
    current: fc.option(anyShares, { nil: null }),
    mode: fc.constantFrom<"auto" | "observe">("auto", "auto", "auto", "observe"),
    isPaused: fc.boolean(),
    watchedSince: fc.integer({ min: 0, max: 1000 }).map(monotonicSeconds),
  })
  .map(({ bounds: [min, width], current, mode, isPaused, watchedSince }) => ({
    cpuLimit: { ...cpuLimitOfShares(current ?? 1, 100), quotaShares: current },
    cpuSettings: settingsFor({ mode, min, max: min + width }),
    isPaused,
    brakes: beginBrakes(watchedSince),
    isAwaitingAnswer: false,
  }));

const anyRequest = fc
  .record({
    name: fc.constantFrom(...names, "nobody"),
    amount: fc.integer({ min: -300, max: 300 }).filter((amount) => amount !== 0),
    from: anyShares,
    priority: fc.integer({ min: -1, max: 2 }),
    isRecommendation: fc.boolean(),
  })
  .map(({ name, ...changed }) => requestFor(name, changed));

const anyInput: fc.Arbitrary<PlanInput> = fc
  .record({
    containers: fc.tuple(anyContainer, anyContainer, anyContainer, anyContainer, anyContainer),
    requests: fc.array(anyRequest, { maxLength: 12 }),
    cpuSharesGrantable: fc.integer({ min: 0, max: 2000 }),
    cpuSharesGranted: fc.integer({ min: 0, max: 2000 }),
    growthUnderWayShares: fc.integer({ min: 0, max: 200 }),
    isPressed: fc.boolean(),
  })
  .map(({ containers, requests, growthUnderWayShares, ...host }) => {
    const known = new Map<string, PlannedContainer>(
      containers.map((container, index) => {
        const name = names[index] ?? "a";
        return [name, { ...container, id: idFor(name) }];
      }),
    );
    return {
      host: "host-1",
      at: monotonicSeconds(1000),
      requests,
      observation: { ...host, cpuSharesTotal: 2000, isOvercommitted: false },
      growthUnderWayShares,
      container: (name) => known.get(name),
      hostBrakes: beginHostBrakes(monotonicSeconds(500)),
      brakeSettings: defaultBrakeSettings,
      firstSequence: 1,
    };
  });

const limitOf = (order: { target: ReturnType<typeof planHost>["orders"][0]["order"]["target"] }) =>
  order.target.resource === "cpu" ? (order.target.limit.quotaShares ?? Number.NaN) : Number.NaN;

test("every request ends as one order or is held once", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { orders, held } = planHost(input);
      assert.equal(orders.length + held.length, input.requests.length);
    }),
  );
});

test("growth never exceeds what is free, whatever is asked for", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { cpuSharesGrantable, cpuSharesGranted } = input.observation;
      const free = cpuSharesGrantable - cpuSharesGranted - input.growthUnderWayShares;
      const growth = planHost(input).orders.reduce((sum, order) => sum + order.growthShares, 0);
      assert.ok(growth <= Math.max(free, 0) + 1e-6, `${growth} of ${free}`);
    }),
  );
});

test("nothing but containers in auto that are not paused is ordered about, each once", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { orders } = planHost(input);
      assert.equal(new Set(orders.map(({ order }) => order.structure)).size, orders.length);
      for (const { order } of orders) {
        const container = input.container(order.structure);
        assert.equal(container?.cpuSettings.mode, "auto");
        assert.equal(container?.isPaused, false);
      }
    }),
  );
});

test("a limit ordered is between min and max, or on its way there from outside", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      for (const { order } of planHost(input).orders) {
        const container = input.container(order.structure);
        assert.ok(container !== undefined);
        const { min, max } = container.cpuSettings;
        const current = container.cpuLimit.quotaShares ?? max;
        const limit = limitOf(order);
        assert.ok(limit <= max + 1e-9, `${limit} is over max ${max}`);
        assert.ok(limit >= min - 1e-9 || limit > current, `${limit} is under min ${min}`);
      }
    }),
  );
});

test("shrinks come before growth, and are as many as the host may have", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { orders, hostBrakes } = planHost(input);
      const growth = orders.map((order) => order.growthShares > 0);
      assert.equal(
        growth.lastIndexOf(false) < growth.indexOf(true) || !growth.includes(true),
        true,
      );
      const shrinks = growth.filter((isGrowth) => !isGrowth).length;
      assert.equal(hostBrakes.shrinksAt.length, shrinks);
      assert.ok(shrinks <= defaultBrakeSettings.hostShrinksPerMinuteAfterStart);
    }),
  );
});

test("the plan does not depend on the order the requests came in", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const reversed = planHost({ ...input, requests: input.requests.toReversed() });
      assert.deepEqual(planHost(input).orders, reversed.orders);
    }),
  );
});
