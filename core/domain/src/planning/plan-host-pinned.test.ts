import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { amountOf, type ScalingRequest } from "../messages/messages.ts";
import { idFor, requestFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds } from "../units/time.ts";
import { defaultBrakeSettings } from "./brake-settings.ts";
import { beginBrakes } from "./container-brakes.ts";
import { freeShares, heldShares } from "./core-map/core-map.ts";
import { type CoreRows, mapFor, rowsOf } from "./core-map/core-map-fixture.ts";
import { beginHostBrakes } from "./host-brakes.ts";
import { type Plan, planHost } from "./plan-host.ts";

const names = ["web", "db", "cache"];

/** A plan of a host with 8 cores and room for 5000 shares and MiB; every container has `limit`. */
function plan(coreRows: CoreRows | undefined, requests: readonly ScalingRequest[], limit = 100) {
  const begun = monotonicSeconds(0);
  const book = { total: 9000, grantable: 8000, granted: 3000, isOvercommitted: false };
  const planned = {
    limit,
    settings: settingsFor({ min: 10, max: 400 }),
    brakes: beginBrakes(begun),
    floor: 0,
    isAwaitingAnswer: false,
  };
  return planHost({
    host: "host-1",
    at: monotonicSeconds(1000),
    requests,
    observation: { cpu: book, mem: book, isPressed: false },
    growthUnderWay: { cpu: 0, mem: 0 },
    container: (name) => {
      const resources = { cpu: planned, mem: planned };
      return { id: idFor(name), isPaused: false, cpuLimit: undefined, resources };
    },
    hostBrakes: beginHostBrakes(begun),
    brakeSettings: defaultBrakeSettings,
    names: () => [],
    firstSequence: 1,
    ...(coreRows === undefined ? {} : { coreMap: mapFor(coreRows) }),
  });
}

const placesOf = ({ orders }: Plan) =>
  orders.map(({ order: { structure, target }, cores }) => {
    const limit = amountOf(target);
    return [structure, target.resource, limit, cores];
  });

const threeOfEight: CoreRows = { 0: { web: 100 }, 1: { db: 100 }, 2: { cache: 100 } };
/** All taken but 20 shares of core 7. */
const nearlyFull: CoreRows = {
  ...threeOfEight,
  ...Object.fromEntries([3, 4, 5, 6].map((core) => [core, { other: 100 }])),
  7: { other: 80 },
};

const shrinkFor = (name: string, amount = -20) => requestFor(name, { amount });

describe("a plan for a shared host", () => {
  test("names no cores and has no map", () => {
    const made = plan(undefined, [requestFor("web")]);
    assert.deepEqual(placesOf(made), [["web", "cpu", 175, undefined]]);
    assert.equal(made.coreMap, undefined);
  });
});

describe("a plan for a pinned host", () => {
  test("gives each cpu limit its cores and the map they are in", () => {
    const made = plan(threeOfEight, [requestFor("web"), shrinkFor("db")]);
    assert.deepEqual(placesOf(made), [
      ["db", "cpu", 80, [1]],
      ["web", "cpu", 175, [0, 3]],
    ]);
    assert.ok(made.coreMap !== undefined);
    assert.deepEqual(rowsOf(made.coreMap, ...names), {
      0: { web: 100, free: 0 },
      1: { db: 80, free: 20 },
      2: { cache: 100, free: 0 },
      3: { web: 75, free: 25 },
    });
  });

  test("cuts growth to the cores that are left, in limit, growth and reason", () => {
    const [made] = plan(nearlyFull, [requestFor("web")]).orders;
    assert.equal(made?.growth, 20);
    assert.deepEqual(made?.cores, [0, 7]);
    assert.equal(made?.order.reason.code, "cut-to-host");
    assert.match(
      made?.order.reason.text ?? "",
      /120 instead of 175: the cores have only 20 shares left/,
    );
  });

  test("holds growth that finds no core, and numbers what is left without a gap", () => {
    const full: CoreRows = { ...nearlyFull, 7: { other: 100 } };
    const mem = requestFor("cache", { resource: "mem", amount: 50 });
    const made = plan(full, [requestFor("web"), shrinkFor("db"), mem]);
    assert.deepEqual(placesOf(made), [
      ["db", "cpu", 80, [1]],
      ["cache", "mem", 150, undefined],
    ]);
    assert.deepEqual(
      made.orders.map(({ order }) => order.sequence),
      [1, 2],
    );
    assert.deepEqual(
      made.held.map(({ request, reason }) => [request.structure, reason.code]),
      [["web", "host-full"]],
    );
  });

  test("places no memory, though it is of the same container", () => {
    const mem = requestFor("web", { resource: "mem", amount: 50 });
    const made = plan(nearlyFull, [mem, requestFor("web")]);
    assert.deepEqual(placesOf(made), [
      ["web", "cpu", 120, [0, 7]],
      ["web", "mem", 150, undefined],
    ]);
  });

  test("charges no brake for a shrink that was held for the map", () => {
    const behind: CoreRows = { ...nearlyFull, 0: { other: 100 }, 7: { other: 100 } };
    const made = plan(behind, [shrinkFor("web")]);
    assert.deepEqual(made.orders, []);
    assert.deepEqual(made.hostBrakes.shrinks, []);
    assert.deepEqual(
      made.held.map(({ reason }) => reason.code),
      ["host-full"],
    );
  });

  test("ends every request once, and every limit it orders is in the map", () => {
    const anyRequest = fc
      .record({
        name: fc.constantFrom(...names),
        amount: fc.integer({ min: -90, max: 300 }).filter((amount) => amount !== 0),
        resource: fc.constantFrom<"cpu" | "mem">("cpu", "cpu", "mem"),
      })
      .map(({ name, ...changed }) => requestFor(name, changed));
    const anyRows = fc.constantFrom(threeOfEight, nearlyFull, {});
    fc.assert(
      fc.property(fc.array(anyRequest, { maxLength: 6 }), anyRows, (requests, rows) => {
        const made = plan(rows, requests);
        assert.equal(made.orders.length + made.held.length, requests.length);
        assert.ok(made.coreMap !== undefined && freeShares(made.coreMap) >= 0);
        for (const { order, cores } of made.orders) {
          if (order.target.resource !== "cpu") continue;
          assert.ok(cores !== undefined && cores.length > 0);
          const held = heldShares(made.coreMap, order.id);
          assert.ok(Math.abs(held - (order.target.limit.quotaShares ?? 0)) < 0.01);
        }
      }),
    );
  });
});
