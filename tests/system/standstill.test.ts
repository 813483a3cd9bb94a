import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, leaseSeconds, Scene } from "./scene.ts";

describe("a server that is stopped for longer than its lease", { skip: whyNoRealGroups() }, () => {
  test("finds the limits changed by another hand and starts anew", async () => {
    await using scene = await Scene.open("standstill", { containers: ["web", "idle"] });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());

    scene.server.kill("SIGSTOP");
    await delay((leaseSeconds + 2) * 1000);
    await eventually("the first limits are back", () => web.hasFirstLimit());
    assert.ok(scene.container("idle").hasFirstLimit());

    scene.server.kill("SIGCONT");
    await eventually("it says that another hand was there", async () =>
      (await scene.changeCodes("web")).includes("drift-adopted"),
    );
    await eventually("it squeezes again", () => web.isSqueezed());
    web.work();
    await eventually("it stretches again", () => web.isGrown());
    assert.equal((await scene.server.api.structure("web")).resources.cpu.first, 80);
  });
});
