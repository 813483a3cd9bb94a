import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

describe("what a server remembers", { skip: whyNoRealGroups() }, () => {
  test("is there after a restart, of containers that are gone too", async () => {
    await using scene = await Scene.open("remembers", { containers: ["web", "gone"] });
    const { api } = scene.server;
    const [web, gone] = [scene.container("web"), scene.container("gone")];
    await eventually("both are squeezed", () => web.isSqueezed() && gone.isSqueezed());
    await eventually(
      "usage is kept",
      async () => (await api.usageHistory("gone")).stamps.length > 0,
    );
    const changes = await api.changes({ structure: "gone", limit: 1000 });
    gone.remove();
    await scene.server.end("SIGTERM");
    await scene.server.start();

    const kept = await api.changes({ structure: "gone", limit: 1000 });
    for (const { stamp } of changes) assert.ok(kept.some((one) => one.stamp === stamp));
    const usage = await api.usageHistory("gone");
    assert.ok(usage.cpu.limit.some((limit) => limit !== null));
    const released = await api.changes({ structure: "web", limit: 1000 });
    assert.ok(
      released.some(({ reason }) => reason.code === "released"),
      "also what the stop itself did",
    );
  });

  test("is missing while it cannot be written, is told, and nothing else is missing", async () => {
    await using scene = Scene.prepare("no-history", { containers: ["web"] });
    const { api } = scene.server;
    const inTheWay = join(scene.server.folder, "state", "history.db");
    mkdirSync(inTheWay, { recursive: true });
    await scene.server.start();
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    await eventually("the health says that it fails", async () =>
      (await api.health()).services.some(
        ({ name, status }) => name === "database-snapshoter" && status === "failing",
      ),
    );
    assert.equal((await api.ready()).isReady, true);
    assert.ok((await api.changes({ structure: "web" })).length > 0, "memory has what is new");

    rmSync(inTheWay, { recursive: true });
    await eventually(
      "it is kept again",
      async () => (await api.health()).services.every(({ status }) => status === "running"),
      60,
    );
  });
});
