import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

/** What a person writes: 40 shares of the period there is. */
const personsQuotaUs = "20000";

describe("a limit that a person changes", { skip: whyNoRealGroups() }, () => {
  test("is noticed, taken as the owner's wish, and what release puts back", async () => {
    await using scene = await Scene.open("adopt", { containers: ["web"] });
    const web = scene.container("web");
    const { api } = scene.server;
    await eventually("it is squeezed", () => web.isSqueezed());
    await api.pause("web");
    web.write("cpu.cfs_quota_us", personsQuotaUs);
    await eventually("it is noticed", async () => {
      const [change] = await api.changes({ structure: "web", limit: 1 });
      return change?.reason.code === "drift-adopted" && change.new === 40;
    });
    assert.equal(web.read("cpu.cfs_quota_us"), personsQuotaUs);
    await api.resume("web");
    await eventually("it is squeezed from there", () => web.shares() < 40);
    await api.release("web");
    assert.equal(web.read("cpu.cfs_quota_us"), personsQuotaUs);
  });

  test("is noticed also in observe, and left as it is", async () => {
    await using scene = await Scene.open("observed", {
      containers: ["web"],
      configuration: {
        defaults: { cpu: { mode: "observe", policy: "serverless-rules" } },
        // Every tenth reading looks at the limits too.
        sampling: { allSeconds: 0.2 },
      },
    });
    const web = scene.container("web");
    web.write("cpu.cfs_quota_us", personsQuotaUs);
    await eventually("it is noticed", async () =>
      (await scene.changeCodes("web")).includes("drift-adopted"),
    );
    assert.equal((await scene.server.api.structure("web")).resources.cpu.first, 40);
    assert.equal(web.read("cpu.cfs_quota_us"), personsQuotaUs);
  });

  test("is written back where that is configured", async () => {
    await using scene = await Scene.open("repair", {
      containers: ["web"],
      configuration: { drift: "repair" },
    });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    const before = web.read("cpu.cfs_quota_us");
    web.write("cpu.cfs_quota_us", personsQuotaUs);
    await eventually("it is said to be repaired", async () =>
      (await scene.changeCodes("web")).includes("drift-repaired"),
    );
    assert.equal(web.read("cpu.cfs_quota_us"), before);
    await scene.server.api.release("web");
    assert.ok(web.hasFirstLimit());
  });

  test("is left alone where that is configured, and the container is held", async () => {
    await using scene = await Scene.open("hold", {
      containers: ["web"],
      configuration: { drift: "hold" },
    });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    web.write("cpu.cfs_quota_us", personsQuotaUs);
    await eventually("it is said to be held", async () => {
      const { held } = await scene.server.api.structure("web");
      return held?.code === "drift-held";
    });
    web.work();
    await eventually("it is throttled", async () => {
      const { throttledRatio = 0 } = await scene.server.api.structure("web");
      return throttledRatio > 0.1;
    });
    assert.equal(web.read("cpu.cfs_quota_us"), personsQuotaUs);
  });
});
