import assert from "node:assert/strict";
import { test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { applicationOf, catalogueOn, containerOf, good, hostOf } from "./catalogue-fixture.ts";

test("a container that is listed again is the same object until something of it changes", async () => {
  const { desk, host, run } = await catalogueOn();
  run("web", "db");
  good(await desk.declareHost("host1", hostOf()));
  good(await desk.subscribe("web", containerOf()));
  good(await desk.subscribe("db", containerOf()));
  good(await desk.declareApplication("shop", applicationOf()));
  const listed = (name: string) => desk.containers().find((each) => each.name === name);
  const [db, web] = [listed("db"), listed("web")];
  assert.ok(web !== undefined && db !== undefined);
  assert.equal(listed("web"), web);

  const changes: readonly (readonly [what: string, change: () => unknown])[] = [
    ["its limit", () => host.write(nameFor("web"), "cpu", 77)],
    [
      "its band",
      async () => good(await desk.update({ name: "web" }, { resources: { cpu: { max: 160 } } })),
    ],
    ["its guard", async () => good(await desk.update({ name: "web" }, { isGuarded: false }))],
    ["its state", async () => good(await desk.update({ name: "web" }, { state: "running" }))],
    [
      "its application",
      async () => good(await desk.attachContainer({ container: "web", application: "shop" })),
    ],
    ["that it runs", () => host.limits.delete(nameFor("web"))],
  ];
  let before = web;
  for (const [what, change] of changes) {
    await change();
    const now = listed("web");
    assert.ok(now !== undefined);
    assert.notEqual(now, before, what);
    assert.notDeepEqual(now, before, what);
    assert.equal(listed("db"), db, `${what}: another's`);
    before = now;
  }
});
