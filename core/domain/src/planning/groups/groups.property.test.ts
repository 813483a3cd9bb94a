import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nameFor } from "../../testing/sample-data.ts";
import type { ContainerMember, PlannedApplication } from "./plan-application.ts";
import { planApplication } from "./plan-application.ts";
import { planUser } from "./plan-user.ts";
import { type Member, shareAmong, sumOf } from "./share-among.ts";

const part = fc.double({ min: 0, max: 1, noNaN: true });

/** With min ≤ value ≤ most, as every limit of ours is, and a floor between min and value. */
const anyMember = fc
  .record({
    most: fc.integer({ min: 1, max: 1000 }),
    minPart: part,
    valuePart: part,
    floorPart: part,
    need: fc.option(fc.double({ min: 0, max: 1200, noNaN: true }), { nil: undefined }),
    host: fc.constantFrom("host-1", "host-2"),
  })
  .map(({ most, minPart, valuePart, floorPart, need, host }) => {
    const min = minPart * most;
    const value = min + valuePart * (most - min);
    const floor = min + floorPart * (value - min);
    return { most, min, value, floor, hardFloor: min, need, host };
  });

const anyMembers = fc
  .array(anyMember, { maxLength: 8 })
  .map((members): ContainerMember[] =>
    members.map((one, index) => ({ ...one, name: nameFor(`c${index}`) })),
  );
const anyAmount = fc.double({ min: -3000, max: 3000, noNaN: true });

function assertInside(members: readonly Member[], changes: ReadonlyMap<string, number>): void {
  for (const { name, value, min, most } of members) {
    const after = value + (changes.get(name) ?? 0);
    assert.ok(after >= min - 1e-6 && after <= most + 1e-6, `${name}: ${min} ≤ ${after} ≤ ${most}`);
  }
}

test("what children get is what is placed, none leaves its bounds, all have one direction", () => {
  fc.assert(
    fc.property(anyMembers, anyAmount, (members, amount) => {
      const { changes, placed } = shareAmong(amount, members);
      assert.ok(Math.abs(sumOf(changes.values()) - placed) < 1e-6);
      assert.ok(Math.abs(placed) <= Math.abs(amount) + 1e-6);
      assertInside(members, changes);
      for (const change of changes.values()) assert.equal(Math.sign(change), Math.sign(amount));
    }),
  );
});

test("nothing is left over while somebody whose need is known has room", () => {
  fc.assert(
    fc.property(anyMembers, anyAmount, (members, amount) => {
      const known = members.filter(({ need }) => need !== undefined);
      const room = known.reduce(
        (sum, one) => sum + (amount > 0 ? one.most - one.value : one.value - one.floor),
        0,
      );
      const { placed } = shareAmong(amount, members);
      const wanted = Math.min(Math.abs(amount), room);
      assert.ok(Math.abs(Math.abs(placed) - wanted) < 1e-3, `${placed} of ${wanted}`);
    }),
  );
});

const anyApplication = fc
  .record({
    containers: anyMembers,
    minPart: part,
    maxPart: fc.double({ min: 0, max: 2, noNaN: true }),
    isRunning: fc.boolean(),
  })
  .map(({ containers, minPart, maxPart, isRunning }): PlannedApplication => {
    const value = sumOf(containers.map((one) => one.value));
    const max = maxPart * value;
    return { field: "current", value, min: minPart * max, max, isRunning, containers };
  });
const anyRooms = fc
  .record({ one: fc.integer({ min: -50, max: 500 }) })
  .map(({ one }) => new Map([["host-1", one]]));

test("an application changes by what its containers do, inside its band and its hosts' room", () => {
  fc.assert(
    fc.property(anyApplication, anyAmount, anyRooms, (application, amount, rooms) => {
      const plan = planApplication(application, amount, rooms);
      assert.ok(Math.abs(sumOf(plan.containers.values()) - plan.amount) < 1e-6);
      assertInside(application.containers, plan.containers);
      const after = application.value + plan.amount;
      if (plan.amount > 0) assert.ok(after <= application.max + 1e-6);
      if (plan.amount < 0 && application.isRunning) assert.ok(after >= application.min - 1e-6);
      const onFirst = application.containers.filter(({ host }) => host === "host-1");
      const grown = sumOf(onFirst.map(({ name }) => Math.max(plan.containers.get(name) ?? 0, 0)));
      assert.ok(grown <= Math.max(rooms.get("host-1") ?? 0, 0) + 1e-6);
    }),
  );
});

test("a user changes by what its applications do, and they by what their containers do", () => {
  const anyApplications = fc.array(anyApplication, { maxLength: 4 });
  fc.assert(
    fc.property(anyApplications, anyAmount, anyRooms, part, (list, amount, rooms, maxPart) => {
      const applications = list.map((one, index) => ({
        ...one,
        name: nameFor(`app${index}`),
        containers: one.containers.map((each) => ({
          ...each,
          name: nameFor(`${index}-${each.name}`),
        })),
      }));
      const value = sumOf(applications.map((one) => one.value));
      const user = {
        field: "current" as const,
        value,
        min: 0,
        max: 2 * maxPart * value,
        applications,
      };
      const plan = planUser(user, amount, rooms);
      assert.ok(Math.abs(sumOf(plan.applications.values()) - plan.amount) < 1e-6);
      assert.ok(Math.abs(sumOf(plan.containers.values()) - plan.amount) < 1e-6);
      for (const { containers } of applications) assertInside(containers, plan.containers);
      if (plan.amount > 0) assert.ok(value + plan.amount <= user.max + 1e-6);
      assert.deepEqual(planUser(user, amount, rooms), plan);
    }),
  );
});
