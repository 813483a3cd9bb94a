import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { sctl } from "./command-line.ts";
import { eventually, Scene } from "./scene.ts";

const containers = ["web", "shop", "mail"];

async function openSqueezed(label: string): Promise<Scene> {
  const scene = await Scene.open(label, { containers });
  await eventually("all are squeezed", () =>
    containers.every((name) => scene.container(name).isSqueezed()),
  );
  return scene;
}

const areAllBack = (scene: Scene): boolean =>
  containers.every((name) => scene.container(name).hasFirstLimit());

describe("release on the command line", { skip: whyNoRealGroups() }, () => {
  test("puts back the first limit of one container, and then of all", async () => {
    await using scene = await openSqueezed("release");
    const socket = ["--socket", scene.server.socket];
    const one = await sctl("release", "web", ...socket);
    assert.equal(one.exitCode, 0, one.stderr);
    assert.match(one.stdout, /^web: first limit put back, mode observe\n$/);
    assert.ok(scene.container("web").hasFirstLimit());
    assert.ok(scene.container("shop").isSqueezed());

    const all = await sctl("release", "--all", "-o", "json", ...socket);
    assert.equal(all.exitCode, 0, all.stderr);
    const report: unknown = JSON.parse(all.stdout);
    assert.deepEqual(report, { released: ["mail", "shop"], unchanged: ["web"], failed: [] });
    assert.ok(areAllBack(scene));
    const modes = (await scene.server.api.structures()).map(({ resources }) => resources.cpu.mode);
    assert.deepEqual(modes, ["observe", "observe", "observe"]);
  });

  test("works offline right after the server was killed", async () => {
    await using scene = await openSqueezed("offline");
    const offline = ["release", "--all", "--offline", "--config", scene.server.configFile];
    const refused = await sctl(...offline);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /^sctl: SC_SERVER_RUNNING: /);

    await scene.server.end("SIGKILL");
    const released = await sctl(...offline);
    assert.equal(released.exitCode, 0, released.stderr);
    assert.match(released.stdout, /3 put back/);
    assert.ok(areAllBack(scene));
  });

  test("works offline from the journal when the restore list is lost, and from both", async () => {
    await using scene = await openSqueezed("offline-lost");
    const list = join(scene.server.runFolder, "restore-list");
    await scene.server.end("SIGKILL");
    rmSync(list);
    // An owner's own hand is not ours to overwrite.
    scene.container("mail").write("cpu.cfs_quota_us", "123000");
    const offline = ["release", "--all", "--offline", "--config", scene.server.configFile];
    const released = await sctl(...offline);
    assert.equal(released.exitCode, 0, released.stderr);
    assert.match(released.stdout, /3 put back/);
    assert.ok(["web", "shop"].every((name) => scene.container(name).hasFirstLimit()));
    assert.equal(scene.container("mail").read("cpu.cfs_quota_us"), "123000");
  });

  test("works offline when the lease has put everything back before", async () => {
    await using scene = await openSqueezed("offline-late");
    await scene.server.end("SIGKILL");
    await eventually("the watcher is done", () => scene.server.watchers().length === 0);
    assert.ok(areAllBack(scene));
    const offline = ["release", "--all", "--offline", "--config", scene.server.configFile];
    const released = await sctl(...offline);
    assert.equal(released.exitCode, 0, released.stderr);
    assert.match(released.stdout, /0 put back, 3 as they were/);
    assert.ok(areAllBack(scene));
  });
});
