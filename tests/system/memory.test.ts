import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { MemoryScene } from "./memory-scene.ts";
import { eventually } from "./scene.ts";

describe("memory of a real group", { skip: whyNoRealGroups() }, () => {
  test("is left alone until it is named, comes down to what is in use, and is put back", async () => {
    await using scene = await new MemoryScene().open();
    scene.eat(100, 1000);
    await eventually("it has its memory", () => scene.statMib("rss") > 100);
    await scene.server.api.setMode("web", { mode: "auto" });
    assert.ok(scene.mib("limit_in_bytes") > 1_000_000);
    await scene.takeOn();
    await eventually("its limit fits", () => scene.mib("limit_in_bytes") < 450);
    const { resources } = await scene.server.api.structure("web");
    assert.ok((resources.mem.used ?? 0) > 100 && (resources.mem.used ?? 0) < 250);
    await scene.server.api.release("web");
    assert.ok(scene.mib("limit_in_bytes") > 1_000_000);
    assert.equal(scene.kills(), 0);
  });

  test("growing by 300 MiB a second meets a higher limit each time, and no kill", async () => {
    await using scene = await new MemoryScene().open();
    scene.eat(50, 1000);
    await scene.takeOn();
    await eventually("its limit fits", () => scene.mib("limit_in_bytes") < 400);
    scene.eat(700, 300);
    await eventually("it has all it wanted", () => scene.statMib("rss") > 750);
    assert.equal(scene.kills(), 0);
    assert.ok(scene.mib("limit_in_bytes") >= scene.statMib("rss"));
  });

  test("a shrink that what is in use does not allow costs none of the page cache", async () => {
    // Not /tmp: files of a tmpfs are memory that cannot be given back.
    const folder = mkdtempSync("/var/tmp/sc-page-cache-");
    try {
      await using scene = await new MemoryScene().open();
      const file = `${folder}/file`;
      await scene.cache(150, file);
      scene.eat(200, 2000);
      await eventually("it has its memory", () => scene.statMib("rss") > 200);
      const cached = scene.cachedMib();
      assert.ok(cached > 100, `${cached}`);
      scene.setLimitMib(1024);
      // Before it is taken on, so that no shrink that is possible takes some of the cache.
      await scene.server.api.setLimits("web", { resource: "mem", max: 210 });
      await scene.takeOn();
      await eventually("it is said why it stays", async () => {
        const changes = await scene.server.api.requests({ structure: "web", limit: 50 });
        return changes.some(({ held }) => held?.code === "memory-in-use");
      });
      const left = scene.cachedMib();
      assert.ok(left >= cached - 1, `${left} of ${cached} MiB of cache are left`);
      assert.equal(scene.kills(), 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
