import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "../../testing/sample-data.ts";
import { type PlannedApplication, planUser } from "./plan-group.ts";

const unbounded = Number.POSITIVE_INFINITY;
const container = (name: string, value: number, used: number) => ({
  ...{ name: nameFor(name), value, min: 20, used },
  max: unbounded,
});

const app1: PlannedApplication = {
  ...{ name: nameFor("app1"), min: 50, max: 300, isRunning: true },
  members: [container("a", 100, 90), container("b", 100, 30)],
};

describe("published vectors of a user", () => {
  test("a large cut stops at its min, and is taken from what is used least", () => {
    // Published, a stopped application holds 100 of a figure of its own and gives it first. Here what
    // has no containers holds nothing, so the same −240 in all comes down to the −140 of the running one.
    const user = { min: 60, max: 300, applications: [app1] };
    const { changes, placed } = planUser(-500, user);
    assert.deepEqual([Object.fromEntries(changes), placed], [{ a: -65, b: -75 }, -140]);
  });

  test("more goes where it is needed", () => {
    const idle = {
      ...{ name: nameFor("app2"), min: 20, max: 300, isRunning: true },
      members: [container("c", 200, 5)],
    };
    const { changes } = planUser(20, { min: 60, max: 500, applications: [idle, app1] });
    assert.deepEqual(Object.fromEntries(changes), { a: 20 });
  });

  test("what is just starting or stopping is left alone", () => {
    const stopping = { ...app1, isRunning: false };
    const starting = { ...app1, name: nameFor("app2"), members: [] };
    const { changes } = planUser(-30, { min: 1, max: 300, applications: [stopping, starting] });
    assert.deepEqual(Object.fromEntries(changes), {});
  });

  test("no more than its max is given", () => {
    const { placed } = planUser(500, { min: 60, max: 230, applications: [app1] });
    assert.equal(placed, 30);
  });
});
