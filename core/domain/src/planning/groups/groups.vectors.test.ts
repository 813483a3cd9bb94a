import assert from "node:assert/strict";
import { test } from "node:test";
import { nameFor } from "../../testing/sample-data.ts";
import {
  applicationFor,
  containerFor,
  memberApplicationFor,
  memberFor,
  told,
} from "./groups-fixture.ts";
import { planApplication } from "./plan-application.ts";
import { type PlannedUser, planUser } from "./plan-user.ts";
import { type Member, shareAmong } from "./share-among.ts";

/** What the published framework does with these; where ours differs the title says why. */
const cases: readonly {
  readonly title: string;
  readonly members: readonly Member[];
  readonly amount: number;
  readonly shares: Readonly<Record<string, number>>;
}[] = [
  {
    title: "who needs more gets more",
    members: [memberFor("a", 100, 50, 20), memberFor("b", 100, 50, 90)],
    amount: 20,
    shares: { b: 20 },
  },
  {
    title: "who needs less gives",
    members: [memberFor("a", 100, 50, 20), memberFor("b", 100, 50, 90)],
    amount: -20,
    shares: { a: -20 },
  },
  {
    title: "equals take turns, the first one first",
    members: [memberFor("a", 100, 50, 100), memberFor("b", 100, 50, 100)],
    amount: 12,
    shares: { a: 7, b: 5 },
  },
  {
    title: "who is below its min comes before who needs more",
    members: [memberFor("a", 40, 50, 10), memberFor("b", 100, 50, 200)],
    amount: 20,
    shares: { a: 10, b: 10 },
  },
  {
    title: "of two who need more, the one nearer to its min",
    members: [memberFor("a", 100, 50, 200), memberFor("b", 60, 50, 200)],
    amount: 20,
    shares: { b: 20 },
  },
  {
    title: "nobody gives below its min",
    members: [memberFor("a", 60, 50, 10)],
    amount: -20,
    shares: { a: -10 },
  },
  {
    // Published: −20, as the last slice jumps over min.
    title: "nor does a slice jump past it",
    members: [memberFor("a", 52, 50, 10)],
    amount: -20,
    shares: { a: -2 },
  },
  {
    title: "who is at its min is passed over",
    members: [memberFor("a", 50, 50, 10), memberFor("b", 60, 50, 10)],
    amount: -20,
    shares: { b: -10 },
  },
  {
    title: "of whom nothing is known gets nothing",
    members: [memberFor("a", 100, 50)],
    amount: 20,
    shares: {},
  },
  { title: "without members nothing is placed", members: [], amount: 20, shares: {} },
];

for (const { title, members, amount, shares } of cases) {
  test(title, () => {
    const { changes, placed } = shareAmong(amount, members);
    assert.deepEqual(told(changes), shares);
    assert.equal(
      placed,
      Object.values(shares).reduce((sum, each) => sum + each, 0),
    );
  });
}

test("an application grows by what its containers get, its hosts' room included", () => {
  const app1 = applicationFor();
  assert.deepEqual(told(planApplication(app1, 30).containers), { a: 30 });
  const cut = planApplication(app1, 30, new Map([["host-1", 10]]));
  assert.deepEqual([cut.amount, told(cut.containers)], [10, { a: 10 }]);
});

test("an application shrinks to its own min, whoever of it gives", () => {
  const app1 = applicationFor();
  assert.deepEqual(told(planApplication(app1, -30).containers), { b: -30 });
  const most = planApplication(app1, -500);
  assert.deepEqual([most.amount, told(most.containers)], [-150, { a: -75, b: -75 }]);
});

test("without containers only what an application may have at most changes", () => {
  assert.equal(planApplication(applicationFor({ containers: [] }), 20).amount, 20);
  const limits = applicationFor({ field: "current", containers: [], value: 0 });
  assert.equal(planApplication(limits, 20).amount, 0);
});

const userFor = (applications: PlannedUser["applications"]): PlannedUser => ({
  field: "max",
  value: 300,
  min: 60,
  max: 300,
  applications,
});

const stopped = (name: string, value: number) =>
  memberApplicationFor(name, { value, isRunning: false, containers: [] });

const running = (name: string, value: number) =>
  memberApplicationFor(name, { value, containers: [containerFor("a", value)] });

test("of a user's applications the one that runs grows, and the one that is stopped gives", () => {
  const user = userFor([running("r", 100), stopped("s", 100)]);
  assert.deepEqual(told(planUser(user, 20).applications), { r: 20 });
  assert.deepEqual(told(planUser(user, -20).applications), { s: -20 });
});

test("what is stopped gives all it has before what runs gives any", () => {
  const user = userFor([running("r", 100), stopped("s", 10)]);
  assert.deepEqual(told(planUser(user, -30).applications), { r: -20, s: -10 });
});

test("applications that are just starting or stopping are left alone", () => {
  const starting = memberApplicationFor("starting", { containers: [] });
  const stopping = memberApplicationFor("stopping", { isRunning: false });
  const plan = planUser(userFor([starting, stopping]), -30);
  assert.deepEqual([plan.amount, told(plan.applications)], [0, {}]);
});

test("a user goes down to its min while something of it runs", () => {
  const app1 = memberApplicationFor("app1");
  const plan = planUser(userFor([app1, stopped("app2", 100)]), -500);
  assert.equal(plan.amount, -240);
  assert.deepEqual(told(plan.applications), { app1: -140, app2: -100 });
  assert.deepEqual(told(plan.containers), { a: -65, b: -75 });
});

test("an application that lists containers though it is stopped keeps what it has", () => {
  const app1 = memberApplicationFor("app1", { isRunning: false });
  const plan = planUser(userFor([app1, stopped("app2", 100)]), -500);
  assert.deepEqual(told(plan.applications), { app2: -100 });
});

test("of a user that has less than its min nothing is taken while something runs", () => {
  const user = { ...userFor([running("r", 100)]), value: 50 };
  assert.equal(planUser(user, -20).amount, 0);
});

test("limits grow up to the application's max, however much is asked for", () => {
  const containers = [containerFor("a", 100, { most: 400 }), containerFor("b", 50, { most: 400 })];
  const plan = planApplication(applicationFor({ field: "current", value: 150, containers }), 75);
  assert.equal(plan.amount, 50);
  assert.deepEqual(told(plan.containers), { b: 50 });
});

test("needs are spared, unless the application has more than its max", () => {
  const containers = [
    containerFor("a", 100, { need: 80, floor: 80, hardFloor: 20 }),
    containerFor("b", 100, { need: 70, floor: 70, hardFloor: 20 }),
  ];
  const app = applicationFor({ field: "current", value: 200, max: 300, containers });
  assert.deepEqual(told(planApplication(app, -100).containers), { a: -20, b: -30 });
  const over = planApplication({ ...app, max: 120 }, -100);
  assert.equal(over.amount, -80);
  assert.deepEqual([...over.containers.keys()], [nameFor("a"), nameFor("b")]);
});

test("the room of a host is shared by all applications of a user", () => {
  const apps = ["r", "s"].map((name) =>
    memberApplicationFor(name, { value: 20, containers: [containerFor(name, 20)] }),
  );
  const plan = planUser(userFor(apps), 40, new Map([["host-1", 30]]));
  assert.equal(plan.amount, 30);
});
