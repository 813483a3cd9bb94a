import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "../../testing/sample-data.ts";
import { planApplication } from "./plan-group.ts";
import { type GroupMember, shareOut } from "./share-out.ts";

type Row = readonly [value: number, min: number, used?: number];

/** Published, a slice raises the max of a child itself, so nothing is above it. */
const unbounded = Number.POSITIVE_INFINITY;

const member = (name: string, [value, min, used]: Row): GroupMember => ({
  ...{ name: nameFor(name), value, min, used },
  max: unbounded,
});

const membersOf = (rows: Readonly<Record<string, Row>>): readonly GroupMember[] =>
  Object.entries(rows).map(([name, row]) => member(name, row));

/** guardian-scaler.md §5.9, cpu. Rows of energy are for a later service. */
const rows: readonly {
  readonly title: string;
  readonly children: Readonly<Record<string, Row>>;
  readonly amount: number;
  readonly expected: Readonly<Record<string, number>>;
}[] = [
  {
    title: "more goes to the one that uses most of what it has",
    children: { a: [100, 50, 20], b: [100, 50, 90] },
    amount: 20,
    expected: { b: 20 },
  },
  {
    title: "less is taken from the one that uses least of it",
    children: { a: [100, 50, 20], b: [100, 50, 90] },
    amount: -20,
    expected: { a: -20 },
  },
  {
    title: "between equals it goes in turns, in slices of 5",
    children: { a: [100, 50, 100], b: [100, 50, 100] },
    amount: 12,
    expected: { a: 7, b: 5 },
  },
  {
    title: "the one below its min comes first, until it is there",
    children: { a: [40, 50, 10], b: [100, 50, 200] },
    amount: 20,
    expected: { a: 10, b: 10 },
  },
  {
    title: "of two that use more than they have, the one nearer to its min",
    children: { a: [100, 50, 200], b: [60, 50, 200] },
    amount: 20,
    expected: { b: 20 },
  },
  {
    title: "nothing is taken below its min",
    children: { a: [60, 50, 10] },
    amount: -20,
    expected: { a: -10 },
  },
  {
    // Published: −20, because a slice of 5 jumps past the min that was tested for equality (§6.B13).
    title: "a slice does not jump past a min either",
    children: { a: [52, 50, 10] },
    amount: -20,
    expected: { a: -2 },
  },
  {
    title: "one at its min gives nothing, the other what it has",
    children: { a: [50, 50, 10], b: [60, 50, 10] },
    amount: -20,
    expected: { b: -10 },
  },
  {
    title: "of a child whose use is not known nothing is done",
    children: { a: [100, 50] },
    amount: 20,
    expected: {},
  },
];

describe("published vectors of sharing out", () => {
  for (const { title, children, amount, expected } of rows) {
    test(title, () => {
      const { changes, placed } = shareOut(amount, membersOf(children));
      assert.deepEqual(Object.fromEntries(changes), expected);
      const sum = Object.values(expected).reduce((all, one) => all + one, 0);
      assert.equal(placed, sum);
    });
  }

  test("stopped ones give first, and get last", () => {
    const running = member("running", [100, 50, 90]);
    const stopped = { ...member("stopped", [100, 50, 0]), isStopped: true };
    assert.deepEqual(Object.fromEntries(shareOut(20, [running, stopped]).changes), { running: 20 });
    const less = shareOut(-20, [running, stopped]);
    assert.deepEqual(Object.fromEntries(less.changes), { stopped: -20 });
  });

  test("what a stopped one has not is taken from the others", () => {
    const running = member("running", [100, 50, 90]);
    const stopped = { ...member("stopped", [10, 10, 0]), isStopped: true };
    const { changes } = shareOut(-30, [running, stopped]);
    assert.deepEqual(Object.fromEntries(changes), { stopped: -10, running: -20 });
  });

  test("slices: 12 in 5, 5, 2; 3 in one; none of 0", () => {
    const equal = () => membersOf({ a: [1, 1, 0], b: [1, 1, 0], c: [1, 1, 0] });
    assert.deepEqual([...shareOut(12, equal()).changes.values()], [5, 5, 2]);
    assert.deepEqual([...shareOut(3, equal()).changes.values()], [3]);
    assert.deepEqual([...shareOut(0, equal()).changes.values()], []);
  });
});

describe("published vectors of an application", () => {
  const application = {
    ...{ name: nameFor("app1"), min: 50, max: 300, isRunning: true },
    members: membersOf({ a: [100, 20, 90], b: [100, 20, 30] }),
  };

  for (const [amount, expected] of [
    [30, { a: 30 }],
    [-30, { b: -30 }],
    [-500, { a: -75, b: -75 }],
  ] as const) {
    test(`${amount} becomes ${JSON.stringify(expected)}`, () => {
      const { changes } = planApplication(amount, application);
      assert.deepEqual(Object.fromEntries(changes), expected);
    });
  }

  test("a host with 10 left gives 10", () => {
    // Published, one counter serves all containers of a host; here the host's plan has the last word.
    const plan = planApplication(30, application, (name) => (name === "a" ? 10 : 0));
    assert.deepEqual([Object.fromEntries(plan.changes), plan.placed], [{ a: 10 }, 10]);
  });

  test("without containers there is nothing to change", () => {
    // Published: its own number changes alone. Here it is the sum of its containers', so it does not.
    assert.equal(planApplication(20, { ...application, members: [] }).placed, 0);
  });
});
