/* The real server on cgroup v2, with plain groups as containers. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoUnifiedGroups } from "@sc/cgroup/testing";
import { eventually, firstLimit, Scene } from "../system/scene.ts";

describe("a server on cgroup v2", { skip: whyNoUnifiedGroups() }, () => {
  test("squeezes what rests and raises what works, and a stop puts the first limits back", async () => {
    await using scene = await Scene.open("server", { containers: ["web"] });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    web.work();
    await eventually("it has grown", () => web.isGrown());
    await web.rest();
    await scene.server.end("SIGTERM");
    assert.deepEqual(web.limit(), firstLimit);
  });

  test("that dies without a word leaves every part of the first limit, cpu and memory", async () => {
    await using scene = await Scene.open("dying", {
      containers: ["web"],
      configuration: { defaults: { cpu: { mode: "auto" }, mem: { mode: "auto", min: 64 } } },
    });
    const web = scene.container("web");
    const memoryHigh = (): string => scene.groups.read("memory", `${web.path}/memory.high`);
    await eventually("both are squeezed", () => web.isSqueezed() && memoryHigh() !== "max");
    assert.equal(scene.groups.read("memory", `${web.path}/memory.max`), "max");
    await scene.server.end("SIGKILL");
    await eventually("the first limit is back", () => web.hasFirstLimit());
    await eventually("and that of memory", () => memoryHigh() === "max");
    await eventually("nobody watches any more", () => scene.server.watchers().length === 0);
  });
});
