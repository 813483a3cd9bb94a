import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, firstLimit, Scene } from "./scene.ts";

describe("a container that goes while it is scaled", { skip: whyNoRealGroups() }, () => {
  test("has its first limit when it comes again, and is held for having been restarted", async () => {
    await using scene = await Scene.open("restart", {
      containers: ["web"],
      configuration: { brakes: { learningSeconds: 0, settleSeconds: 0, holdSeconds: 600 } },
    });
    const web = scene.container("web");
    await eventually("it is shrunk", () => web.shares() < 80);
    const { id } = await scene.server.api.structure("web");
    web.remove();
    web.make();
    await eventually("it is found anew", async () => {
      const now = await scene.server.api.structures();
      return now.some((structure) => structure.name === "web" && structure.id !== id);
    });
    await eventually("it says why it is held", async () => {
      const { resources } = await scene.server.api.explain("web");
      return resources.some(({ brakes }) =>
        brakes.some(({ code }) => code === "held-after-restart"),
      );
    });
    await eventually("policy would shrink it", async () => {
      const requests = await scene.server.api.requests({ structure: "web" });
      return requests[0]?.held?.code === "held-after-restart";
    });
    assert.deepEqual(web.limit(), firstLimit);
  });
});
