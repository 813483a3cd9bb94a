import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { findHierarchies } from "@sc/cgroup";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { repository, run } from "./command-line.ts";
import { eventually, quickSettings, Scene } from "./scene.ts";

describe("a server that is stopped and started", { skip: whyNoRealGroups() }, () => {
  test("puts everything back, and leaves nobody and nothing behind", async () => {
    await using scene = await Scene.open("clean-stop", {
      containers: ["web", "shop"],
      configuration: { host: { ...quickSettings.host, ownGroup: true } },
    });
    const [web, shop] = [scene.container("web"), scene.container("shop")];
    await eventually("both are squeezed", () => web.isSqueezed() && shop.isSqueezed());
    const ownGroup = ownCpuGroupOf(scene.server.pid);
    assert.match(ownGroup, /\/serverless-containers-[0-9a-f]+$/);
    assert.equal(scene.server.watchers().length, 1);

    assert.equal(await scene.server.end("SIGTERM"), 0);
    assert.ok(web.hasFirstLimit() && shop.hasFirstLimit());
    assert.equal(existsSync(ownGroup), false);
    await eventually("the watcher is gone", () => scene.server.watchers().length === 0);
    const left = readdirSync(scene.server.runFolder).toSorted();
    assert.deepEqual(left, ["agent.lock", "sc-restore.log"]);
    assert.equal(existsSync(scene.server.socket), false);
  });

  test("is not cut short by those who tell it to end again and again", async () => {
    await using scene = await Scene.open("told-twice", {
      containers: ["web"],
      configuration: { host: { ...quickSettings.host, ownGroup: true } },
    });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    const ownGroup = ownCpuGroupOf(scene.server.pid);
    // As a terminal and a shell do, or a person who is in a hurry.
    const telling = setInterval(() => scene.server.kill("SIGTERM"), 1);
    try {
      assert.equal(await scene.server.ended(), 0);
    } finally {
      clearInterval(telling);
    }
    assert.ok(web.hasFirstLimit());
    assert.equal(existsSync(ownGroup), false);
  });

  test("leaves the limits when told to keep them, and takes them up again", async () => {
    const lease = { ...quickSettings.lease, onStop: "keep" };
    await using scene = await Scene.open("keep", { containers: ["web"], configuration: { lease } });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    assert.equal(await scene.server.end("SIGTERM"), 0);
    await eventually("the watcher is gone", () => scene.server.watchers().length === 0);

    const restore = `${repository}packaging/sc-restore`;
    const { exitCode } = await run(restore, ["--run-folder", scene.server.runFolder]);
    assert.equal(exitCode, 0);
    assert.ok(web.isSqueezed(), "sc-restore honours that they are to be kept");

    await scene.server.start();
    assert.ok(web.isSqueezed());
    assert.deepEqual((await scene.server.api.release("web")).released, ["web"]);
    assert.ok(web.hasFirstLimit());
  });

  test("remembers modes, limits and pauses", async () => {
    await using scene = await Scene.open("remember", {
      containers: ["web", "shop"],
      configuration: { defaults: { cpu: { mode: "observe", policy: "serverless-rules" } } },
    });
    const { api } = scene.server;
    await api.setMode("web", { mode: "auto" });
    await api.setLimits("web", { resource: "cpu", min: 20, max: 70 });
    await api.setMode("shop", { mode: "recommend" });
    await api.pause("web");
    await scene.server.end("SIGTERM");
    await scene.server.start();

    const [web, shop] = [await api.structure("web"), await api.structure("shop")];
    assert.equal(web.isPaused, true);
    const { mode, min, max, maxFrom } = web.resources.cpu;
    assert.deepEqual(
      { mode, min, max, maxFrom },
      { mode: "auto", min: 20, max: 70, maxFrom: "owner" },
    );
    assert.equal(shop.resources.cpu.mode, "recommend");
    assert.equal(shop.isPaused, false);
  });

  test("writes nothing while it is paused, and goes on when it is resumed", async () => {
    await using scene = await Scene.open("pause", { containers: ["web"] });
    const web = scene.container("web");
    const { api } = scene.server;
    await eventually("it is squeezed", () => web.isSqueezed());
    await api.pause(undefined);
    const before = web.limit();
    web.work();
    await eventually("it is seen to be throttled", async () => {
      const { resources, throttledRatio = 0 } = await api.structure("web");
      return throttledRatio > 0.5 && (resources.cpu.used ?? 0) > 20;
    });
    assert.deepEqual(web.limit(), before);
    await api.resume(undefined);
    await eventually("it grows", () => web.isGrown());
  });

  test("is the only one of its run folder", async () => {
    await using scene = await Scene.open("lock", { containers: ["web"] });
    const program = `${repository}apps/server/src/main.ts`;
    const words = [program, "--config", scene.server.configFile];
    const { exitCode, stderr } = await run(process.execPath, words);
    assert.equal(exitCode, 1);
    assert.match(stderr, /^SC_LOCK_HELD: /);
    assert.equal((await scene.server.api.health()).containers, 1);
  });
});

function ownCpuGroupOf(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").split("\n");
  const line = lines.find((each) => each.split(":")[1]?.split(",").includes("cpu"));
  return findHierarchies().cpu + (line?.split(":")[2] ?? "");
}
