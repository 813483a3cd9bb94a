import assert from "node:assert/strict";
import { hostname } from "node:os";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

const agent = { address: "127.0.0.1", port: 8000 };
const programs = {
  ...{ installScript: "", installFiles: "", runtimeFiles: "", outputDir: "" },
  ...{ startScript: "", stopScript: "" },
};
const maxOfBoth = 110;

/** Two containers in observe, whose application is in auto. */
async function openShop(): Promise<Scene> {
  const scene = await Scene.open("applications", {
    containers: ["web", "db"],
    configuration: { defaults: { cpu: { mode: "observe" } } },
  });
  const { api } = scene.server;
  const room = { max: 400 };
  await api.declare("hosts", hostname().toLowerCase(), {
    agent,
    placement: "shared",
    resources: { cpu: room, mem: { max: 4096 } },
    disks: [],
  });
  for (const name of ["web", "db"]) {
    const cpu = { min: 10, max: 80, isGuarded: false };
    const mem = { min: 64, max: 512, isGuarded: false };
    await api.declare("subscriptions", name, {
      ...{ host: hostname().toLowerCase(), agent, isGuarded: false },
      resources: { cpu, mem },
    });
  }
  await api.declare("applications", "shop", {
    isGuarded: true,
    state: "running",
    resources: { cpu: { min: 20, max: maxOfBoth, isGuarded: true } },
    programs,
  });
  for (const member of ["web", "db"])
    await api.attach({ collection: "applications", name: "shop", member });
  return scene;
}

describe("an application in auto", { skip: whyNoRealGroups() }, () => {
  test("gives its containers what they need where the load is, and never more than its max", async () => {
    await using scene = await openShop();
    const [web, db] = [scene.container("web"), scene.container("db")];
    const sum = (): number => web.shares() + db.shares();
    await eventually("its max is kept", () => sum() <= maxOfBoth + 1);
    const sums: number[] = [];
    const isWhere = (busy: typeof web, idle: typeof web) => (): boolean => {
      sums.push(sum());
      return busy.shares() > 60 && idle.shares() < 40;
    };
    web.work();
    await eventually("the limits follow the load", isWhere(web, db));
    await web.rest();
    db.work();
    await eventually("the limits follow the load that moved", isWhere(db, web));
    await db.rest();
    assert.ok(Math.max(...sums) <= maxOfBoth + 1, `${Math.max(...sums)} of ${maxOfBoth}`);

    const { api } = scene.server;
    const requests = await api.requests({ structure: "shop", limit: 10 });
    assert.ok(requests.length > 0, "requests are told under its name");
    const [change] = await api.changes({ structure: "shop", limit: 10 });
    assert.equal(change?.outcome, "applied");
    const codes = await scene.changeCodes("web");
    assert.ok(codes.includes("usage-above-upper") || codes.includes("cut-to-host"));
  });
});
