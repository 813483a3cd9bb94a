import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { amountOf, type Order } from "../messages/messages.ts";
import { computeResources } from "../structure/resource.ts";
import { idFor, nameFor, requestFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { beginBrakes } from "./container-brakes.ts";
import { beginHostBrakes } from "./host-brakes.ts";
import { type PlanInput, planHost } from "./plan-host.ts";
import type { PlannedContainer, PlannedResource } from "./planned-container.ts";
import { fairSharePolicy } from "./share-full-host.ts";

const names = ["a", "b", "c", "d", "e"] as const;
const anyAmount = fc.double({ min: 1, max: 500, noNaN: true });

const anyPlanned = fc
  .record({
    bounds: fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 400 })),
    limit: fc.option(anyAmount, { nil: null }),
    mode: fc.constantFrom<"auto" | "observe">("auto", "auto", "auto", "observe"),
    watchedSince: fc.integer({ min: 0, max: 1000 }).map(monotonicSeconds),
    floor: fc.constantFrom(0, 0, 50, 250),
  })
  .map(({ bounds: [min, width], limit, mode, watchedSince, floor }) => ({
    limit,
    settings: settingsFor({ mode, min, max: min + width }),
    brakes: beginBrakes(watchedSince),
    floor,
    isAwaitingAnswer: false,
  }));

const anyContainer = fc.record({
  isPaused: fc.boolean(),
  cpuLimit: fc.constant(undefined),
  resources: fc.record({ cpu: anyPlanned.map((cpu) => ({ ...cpu, floor: 0 })), mem: anyPlanned }),
});

const anyRequest = fc
  .record({
    name: fc.constantFrom(...names, "nobody"),
    resource: fc.constantFrom(...computeResources),
    amount: fc.integer({ min: -300, max: 300 }).filter((amount) => amount !== 0),
    from: anyAmount,
    priority: fc.integer({ min: -1, max: 2 }),
    isRecommendation: fc.boolean(),
  })
  .map(({ name, ...changed }) => requestFor(name, changed));

const anyBook = fc.record({
  total: fc.constant(2000),
  grantable: fc.integer({ min: 0, max: 2000 }),
  granted: fc.integer({ min: 0, max: 2000 }),
  isOvercommitted: fc.constant(false),
});

const anyInput: fc.Arbitrary<PlanInput> = fc
  .record({
    containers: fc.tuple(anyContainer, anyContainer, anyContainer, anyContainer, anyContainer),
    requests: fc.array(anyRequest, { maxLength: 12 }),
    observation: fc.record({ cpu: anyBook, mem: anyBook, isPressed: fc.boolean() }),
    growthUnderWay: fc.record({
      cpu: fc.integer({ min: 0, max: 200 }),
      mem: fc.integer({ min: 0, max: 200 }),
    }),
  })
  .map(({ containers, ...input }) => {
    const known = new Map<string, PlannedContainer>(
      containers.map((container, index) => {
        const name = names[index] ?? "a";
        return [name, { ...container, id: idFor(name) }];
      }),
    );
    return {
      ...input,
      host: "host-1",
      at: monotonicSeconds(1000),
      container: (name) => known.get(name),
      hostBrakes: beginHostBrakes(monotonicSeconds(500)),
      brakeSettings: defaultBrakeSettings,
      names: () => [...known.keys()].map(nameFor),
      firstSequence: 1,
    };
  });

const limitOf = ({ target }: Order): number => amountOf(target) ?? Number.NaN;

/** What the order's limit was planned from. */
function plannedOf(input: PlanInput, { structure, target }: Order): PlannedResource {
  const planned = input.container(structure)?.resources[target.resource];
  assert.ok(planned !== undefined);
  return planned;
}

test("every request ends as one order or is held once", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { orders, held } = planHost(input);
      const asked = orders.filter(({ order }) => order.author.name !== fairSharePolicy);
      const heldAsked = held.filter(({ request }) => request.policy !== fairSharePolicy);
      assert.equal(asked.length + heldAsked.length, input.requests.length);
    }),
  );
});

test("nobody gets two orders for one limit", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const keys = planHost(input).orders.map(({ order }) => {
        return `${order.structure}/${order.target.resource}`;
      });
      assert.equal(new Set(keys).size, keys.length);
    }),
  );
});

test("growth never exceeds what is free, whatever is asked for", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { orders } = planHost(input);
      for (const resource of computeResources) {
        const { grantable, granted } = input.observation[resource];
        const free = Math.max(grantable - granted - input.growthUnderWay[resource], 0);
        const growth = orders
          .filter(({ order }) => order.target.resource === resource)
          .reduce((sum, order) => sum + order.growth, 0);
        assert.ok(growth <= free + 1e-6, `${growth} of ${free}`);
      }
    }),
  );
});

test("no memory limit is ordered below what is in use, unless the owner's max is", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      for (const { order } of planHost(input).orders) {
        const { floor, settings, limit } = plannedOf(input, order);
        const isGrowth = limitOf(order) > (limit ?? settings.max);
        assert.ok(isGrowth || limitOf(order) >= Math.min(floor, settings.max));
      }
    }),
  );
});

test("nothing but containers in auto that are not paused is ordered about, each once", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      const { orders } = planHost(input);
      const limits = orders.map(({ order }) => `${order.structure} ${order.target.resource}`);
      assert.equal(new Set(limits).size, orders.length);
      for (const { order } of orders) {
        assert.equal(plannedOf(input, order).settings.mode, "auto");
        assert.equal(input.container(order.structure)?.isPaused, false);
      }
    }),
  );
});

test("a limit ordered is between min and max, or on its way there from outside", () => {
  fc.assert(
    fc.property(anyInput, (input) => {
      for (const { order } of planHost(input).orders) {
        const planned = plannedOf(input, order);
        const { min, max } = planned.settings;
        const current = planned.limit ?? max;
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
      const growth = orders.map((order) => order.growth > 0);
      assert.equal(
        growth.lastIndexOf(false) < growth.indexOf(true) || !growth.includes(true),
        true,
      );
      const shrinks = growth.filter((isGrowth) => !isGrowth).length;
      assert.equal(hostBrakes.shrinks[0]?.count ?? 0, shrinks);
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
