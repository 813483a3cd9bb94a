import assert from "node:assert/strict";
import { describe } from "node:test";
import { findHierarchies } from "@sc/cgroup";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { noBrakes } from "@sc/server/testing";
import { faultRow } from "./faults/fault-row.ts";
import { eventually, firstLimit, Scene } from "./scene.ts";

const brakes = { ...noBrakes, holdSeconds: 600 };

describe("a limit that the kernel refuses", { skip: whyNoRealGroups() }, () => {
  faultRow("kernel-refuses-twice", async (expected) => {
    await using scene = await Scene.open("refusal", {
      containers: ["web"],
      configuration: { brakes },
    });
    const web = scene.container("web");
    const { api } = scene.server;
    await api.setLimits("web", { resource: "cpu", max: 50 });
    web.work();
    await eventually("it is at its max", () => web.shares() === 50);
    await api.pause("web");
    await web.rest();
    web.makeChild(45_000);
    await api.setLimits("web", { resource: "cpu", max: 80 });
    await api.resume("web");

    const struck = { scene, victim: "web" };
    await expected.isSeen(struck);
    await eventually("it has its safe limit", () => web.shares() === 80);
    await expected.meets("others go on", struck);
    await expected.holds(struck, {
      "safe limit and hold": async () => assert.equal(web.shares(), 80),
    });
  });

  faultRow("kernel-read-only", async (expected) => {
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
    for (const victim of ["web", "shop"]) {
      const struck = { scene, victim, before: firstLimit };
      await expected.isSeen(struck);
      await expected.meets("limit stays", struck);
    }
  });
});
