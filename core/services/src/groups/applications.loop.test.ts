import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationOf, runApplications, userOf } from "./applications-fixture.ts";

const constant = (shares: number) => () => shares;

test("an application whose load is steady comes to rest, with enough for each", async () => {
  const shop = await runApplications({
    containers: [
      { name: "a", demand: constant(90), startShares: 60 },
      { name: "b", demand: constant(20), startShares: 150 },
    ],
    applications: { shop: applicationOf(["a", "b"], { max: 300 }) },
  });
  shop.pass(30);
  const before = shop.orderCount();
  shop.pass(60);
  assert.equal(shop.orderCount(), before);
  assert.ok(shop.sharesOf("a") >= 90 && shop.sharesOf("b") >= 20);
  assert.ok(shop.sum() <= 200, `${shop.sum()} for a use of 110`);
});

test("a busy container keeps what it uses, however idle those beside it are", async () => {
  const shop = await runApplications({
    containers: [
      { name: "busy", demand: constant(100), startShares: 150 },
      { name: "idle", demand: constant(0), startShares: 100, settings: { min: 60 } },
    ],
    applications: { shop: applicationOf(["busy", "idle"], { max: 250 }) },
  });
  shop.pass(30, () => assert.ok(shop.sharesOf("busy") >= 100, `${shop.sharesOf("busy")}`));
  assert.ok(shop.sharesOf("idle") < 100);
});

test("load moves from one container to the other, and the limits with it, inside the max", async () => {
  let isLate = false;
  const shop = await runApplications({
    containers: [
      { name: "a", demand: () => (isLate ? 5 : 120), startShares: 100 },
      { name: "b", demand: () => (isLate ? 120 : 5), startShares: 100 },
    ],
    applications: { shop: applicationOf(["a", "b"], { max: 200 }) },
  });
  const within = (): void => assert.ok(shop.sum() <= 200 + 1e-6, `${shop.sum()} of 200`);
  shop.pass(20, within);
  assert.ok(shop.sharesOf("a") >= 120, `${shop.sharesOf("a")}, ${shop.sharesOf("b")}`);
  isLate = true;
  shop.pass(20, within);
  assert.ok(shop.sharesOf("b") >= 120, `${shop.sharesOf("a")}, ${shop.sharesOf("b")}`);
});

test("what swings between two is followed with few changes a turn", async () => {
  let turn = 0;
  const shop = await runApplications({
    containers: ["a", "b"].map((name, index) => ({
      name,
      demand: () => (turn % 2 === index ? 120 : 10),
      startShares: 100,
    })),
    applications: { shop: applicationOf(["a", "b"], { max: 200 }) },
  });
  shop.pass(10);
  const before = shop.orderCount();
  for (turn = 1; turn <= 10; turn += 1) shop.pass(10);
  const changes = shop.orderCount() - before;
  assert.ok(changes <= 120, `${changes} changes in 10 turns`);
});

test("a container that its owner put into auto is moved by its own policy alone", async () => {
  const shop = await runApplications({
    containers: [
      { name: "own", demand: constant(60), startShares: 100, settings: { mode: "auto", min: 90 } },
      { name: "led", demand: constant(5), startShares: 100 },
    ],
    applications: { shop: applicationOf(["own", "led"], { max: 300 }) },
  });
  shop.pass(30);
  assert.equal(shop.sharesOf("own"), 100);
  assert.ok(shop.sharesOf("led") < 100);
});

test("a max that its owner lowers is kept within moments, needs or not", async () => {
  const shop = await runApplications({
    containers: ["a", "b"].map((name) => ({ name, demand: constant(90), startShares: 100 })),
    applications: { shop: applicationOf(["a", "b"], { max: 400 }) },
  });
  shop.pass(2);
  const content = applicationOf(["a", "b"], { max: 120 });
  await shop.declare({ kind: "application", name: "shop", content });
  shop.pass(5);
  assert.ok(shop.sum() <= 121, `${shop.sum()} of 120`);
});

test("a user's max bounds its applications, and is kept when it is lowered", async () => {
  const user = await runApplications({
    containers: [
      { name: "shop-a", demand: constant(150), startShares: 100 },
      { name: "blog-a", demand: constant(20), startShares: 100 },
    ],
    applications: {
      shop: applicationOf(["shop-a"], { max: 300 }),
      blog: applicationOf(["blog-a"], { max: 300 }),
    },
    users: { anna: userOf(["shop", "blog"], { min: 20, max: 220 }) },
  });
  user.pass(20, () => assert.ok(user.sum() <= 220 + 1e-6, `${user.sum()} of 220`));
  assert.ok(user.sharesOf("shop-a") >= 150, `${user.sharesOf("shop-a")}`);
  const content = userOf(["shop", "blog"], { min: 20, max: 100 });
  await user.declare({ kind: "user", name: "anna", content });
  user.pass(5);
  assert.ok(user.sum() <= 101, `${user.sum()} of 100`);
  assert.equal(user.requestsOf("anna")[0]?.reason.code, "above-group-max");
});
