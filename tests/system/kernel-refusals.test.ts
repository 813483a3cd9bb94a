import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findHierarchies } from "@sc/cgroup";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { noBrakes } from "@sc/server/testing";
import { eventually, firstLimit, Scene } from "./scene.ts";

const brakes = { ...noBrakes, holdSeconds: 600 };

describe("a limit that the kernel refuses", { skip: whyNoRealGroups() }, () => {
  test("twice in a row brings the safe limit and a hold, and others go on", async () => {
    await using scene = await Scene.open("refusal", {
      containers: ["web", "shop"],
      configuration: { brakes },
    });
    const [web, shop] = [scene.container("web"), scene.container("shop")];
    const { api } = scene.server;
    await api.setLimits("web", { resource: "cpu", max: 50 });
    web.work();
    await eventually("it is at its max", () => web.shares() === 50);
    await api.pause("web");
    await web.rest();
    web.makeChild(45_000);
    await api.setLimits("web", { resource: "cpu", max: 80 });
    await api.resume("web");

    await eventually(
      "it was refused twice",
      async () =>
        (await scene.changeCodes("web")).filter((code) => code === "kernel-refused").length >= 2,
    );
    await eventually("it has its safe limit", () => web.shares() === 80);
    assert.ok((await scene.changeCodes("web")).includes("safe-limit"));
    const { resources } = await api.explain("web");
    assert.equal(resources[0]?.brakes[0]?.code, "held-after-refusals");

    shop.work();
    await eventually("another one grows", () => shop.isGrown());
    await shop.rest();
    await eventually("another one shrinks", () => shop.isSqueezed());
    assert.equal(web.shares(), 80);
  });

  test("because all is read-only is reported, and the server goes on", async () => {
    await using scene = await Scene.open("read-only", {
      containers: ["web", "shop"],
      // The mount of this namespace only; the hierarchy itself stays as it is.
      mount: `mount -o remount,bind,ro "${findHierarchies().cpu}"`,
      configuration: { brakes },
    });
    for (const name of ["web", "shop"]) {
      await eventually(`it says that ${name} is read-only`, async () => {
        const changes = await scene.server.api.changes({ structure: name });
        const texts = changes.map(({ detail }) => `${detail?.code} ${detail?.text}`);
        return texts.some((text) => /^kernel-refused .*EROFS/.test(text));
      });
    }
    await eventually("the health says so", async () => {
      const { problems, status } = await scene.server.api.health();
      return status === "degraded" && problems.some(({ text }) => /read-only/.test(text));
    });
    assert.equal(scene.server.hasEnded, false);
    assert.deepEqual(scene.container("web").limit(), firstLimit);
    assert.deepEqual(scene.container("shop").limit(), firstLimit);
  });
});
