import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { reason } from "../../reason/reason.ts";
import { idFor } from "../../testing/sample-data.ts";
import { type CoreRows, mapFor, rowsOf } from "./core-map-fixture.ts";
import { type Placement, placeOrders } from "./place-orders.ts";

const place = (
  rows: CoreRows,
  ...wishes: readonly (readonly [name: string, current: number, target: number])[]
): Placement =>
  placeOrders(
    mapFor(rows),
    wishes.map(([name, current, target]) => ({ container: idFor(name), current, target })),
  );

const placedOf = ({ outcomes }: Placement) =>
  [...outcomes].flatMap(([container, found]) =>
    found.kind === "placed" ? [[container, found.limit, found.cores]] : [],
  );

const heldOf = ({ outcomes }: Placement) =>
  [...outcomes].flatMap(([container, found]) =>
    found.kind === "held" ? [[container, found.reason.code]] : [],
  );

function cutOf({ outcomes }: Placement, name: string): string | undefined {
  const found = outcomes.get(idFor(name));
  assert.ok(found?.kind === "placed");
  return found.cut;
}

/** All cores but 20 shares of core 7. */
const nearlyFull: CoreRows = {
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((core) => [core, { other: 100 }])),
  0: { web: 100 },
  7: { db: 80 },
};

describe("placing the orders of a plan", () => {
  test("gives the next map and a cpuset per container", () => {
    const found = place({ 0: { web: 100 }, 1: { db: 100 } }, ["web", 100, 175], ["db", 100, 60]);
    assert.deepEqual(placedOf(found), [
      ["id-web", 175, [0, 2]],
      ["id-db", 60, [1]],
    ]);
    assert.deepEqual(rowsOf(found.map, "web", "db"), {
      0: { web: 100, free: 0 },
      1: { db: 60, free: 40 },
      2: { web: 75, free: 25 },
    });
  });

  test("finds cores for a container that had none yet", () => {
    assert.deepEqual(placedOf(place({}, ["web", 120, 150])), [["id-web", 150, [0, 1]]]);
  });

  test("cuts a growth to the cores that are left, and says so", () => {
    const found = place(nearlyFull, ["web", 100, 175]);
    assert.deepEqual(placedOf(found), [["id-web", 120, [0, 7]]]);
    assert.equal(cutOf(found, "web"), "the cores have only 20 shares left");
  });

  test("serves growth in the order of the plan and holds what finds no core, with the reason", () => {
    const found = place(nearlyFull, ["web", 100, 120], ["db", 80, 90]);
    assert.deepEqual(placedOf(found), [["id-web", 120, [0, 7]]]);
    assert.deepEqual(heldOf(found), [["id-db", "host-full"]]);
    assert.deepEqual(found.outcomes.get(idFor("db")), {
      kind: "held",
      reason: reason("host-full", "the cores have 0 shares left"),
    });
  });

  test("does not count on what the shrinks of the same plan give back", () => {
    const full: CoreRows = { ...nearlyFull, 7: { db: 100 } };
    const found = place(full, ["db", 100, 70], ["web", 100, 120]);
    assert.deepEqual(placedOf(found), [["id-db", 70, [7]]]);
    assert.deepEqual(heldOf(found), [["id-web", "host-full"]]);
  });

  test("makes no growth of crumbs", () => {
    const found = place({ ...nearlyFull, 7: { db: 99.5 } }, ["web", 100, 175]);
    assert.deepEqual(heldOf(found), [["id-web", "host-full"]]);
    assert.deepEqual(found.map, mapFor({ ...nearlyFull, 7: { db: 99.5 } }));
  });

  test("a map behind the limit makes no shrink of a growth", () => {
    const behind: CoreRows = { ...nearlyFull, 0: { web: 10, more: 90 } };
    assert.deepEqual(heldOf(place(behind, ["web", 100, 175])), [["id-web", "host-full"]]);
  });

  test("a map behind the limit makes no deeper shrink than was ordered", () => {
    const behind: CoreRows = { ...nearlyFull, 0: { web: 10, more: 90 } };
    assert.deepEqual(heldOf(place(behind, ["web", 100, 70])), [["id-web", "host-full"]]);
    assert.deepEqual(placedOf(place(behind, ["web", 100, 25])), [["id-web", 25, [0, 7]]]);
  });

  test("leaves no container without a core", () => {
    assert.deepEqual(heldOf(place({ 0: { web: 100 } }, ["web", 100, 0])), [
      ["id-web", "below-min"],
    ]);
  });

  test("a limit of fractions is placed as it is", () => {
    const found = place({ 0: { web: 100 } }, ["web", 100, 100 / 3]);
    assert.deepEqual(placedOf(found), [["id-web", 100 / 3, [0]]]);
    assert.equal(cutOf(found, "web"), undefined);
  });
});
