import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, leaseSeconds, quickSettings, Scene } from "./scene.ts";

const pinnedHost = {
  ...quickSettings.host,
  placement: "pinned",
};

function coresIn(scene: Scene, ...names: readonly string[]): readonly string[] {
  return names.map((name) => scene.groups.cpusetOf(scene.container(name).path));
}

/** What they have before and after: as RealGroups gives it to each. */
const all = "0-1";

/** The two 80 shares that containers of a scene have at first lie on a core each. */
const open = (label: string) =>
  Scene.open(label, {
    containers: ["one", "two"],
    configuration: { host: pinnedHost, lease: { seconds: leaseSeconds } },
  });

describe("a pinned host with a real kernel", { skip: whyNoRealGroups() }, () => {
  test("has containers on cores of their own until the server ends", async () => {
    await using scene = await open("pinned");
    await eventually("each has a core", () => coresIn(scene, "one", "two").join() === "0,1");
    await scene.server.end("SIGTERM");
    assert.deepEqual(coresIn(scene, "one", "two"), [all, all]);
  });

  test("has its cpusets put back when the server dies, and written again by the next", async () => {
    await using scene = await open("pinned-dead");
    await eventually("each has a core", () => coresIn(scene, "one", "two").join() === "0,1");
    await scene.server.end("SIGKILL");
    await eventually("cpusets are back", () =>
      coresIn(scene, "one", "two").every((cores) => cores === all),
    );
    await scene.server.start();
    await eventually("each has a core again", () => coresIn(scene, "one", "two").join() === "0,1");
  });
});

describe("a shared host with a real kernel", { skip: whyNoRealGroups() }, () => {
  test("has no cpuset written", async () => {
    await using scene = await Scene.open("shared", { containers: ["one"] });
    const one = scene.container("one");
    scene.groups.setCpuset(one.path, "1");
    await eventually("it is squeezed", () => one.isSqueezed());
    assert.deepEqual(coresIn(scene, "one"), ["1"]);
    await scene.server.end("SIGTERM");
    assert.deepEqual(coresIn(scene, "one"), ["1"]);
  });
});
