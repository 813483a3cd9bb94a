import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { MemoryScene } from "./memory-scene.ts";
import { eventually } from "./scene.ts";

const configuration = { defaults: { mem: { policy: "memory-pressure" } } };

describe("memory-pressure on a real group", { skip: whyNoRealGroups() }, () => {
  test("holds a program that grows by 100 MiB a second, with more than three quarters in use", async () => {
    await using scene = await new MemoryScene(configuration).open();
    scene.eat(300, 1000);
    await eventually("it has its memory", () => scene.statMib("rss") > 300);
    await scene.takeOn();
    const isTight = (): boolean => scene.mib("limit_in_bytes") * 0.75 < scene.statMib("rss");
    await eventually("its limit fits", isTight);
    scene.eat(500, 100);
    await eventually("it has all it wanted", () => scene.statMib("rss") > 800);
    assert.equal(scene.kills(), 0);
    await eventually("its limit fits again", isTight);
    const changes = await scene.changeCodes("web");
    assert.ok(
      changes.includes("memory-needed") && changes.includes("memory-unneeded"),
      changes.join(" "),
    );
    assert.equal(scene.kills(), 0);
  });

  test("gives back page cache that nobody reads again, and nothing that is in use", async () => {
    // Not /tmp: files of a tmpfs are memory that cannot be given back.
    const folder = mkdtempSync("/var/tmp/sc-page-cache-");
    try {
      await using scene = await new MemoryScene(configuration).open();
      const file = `${folder}/file`;
      await scene.cache(400, file);
      scene.eat(100, 1000);
      await eventually("it has its memory", () => scene.statMib("rss") > 100);
      const before = scene.cachedMib();
      assert.ok(before > 300, `${before}`);
      await scene.takeOn();
      // A quarter each 10 s.
      await eventually("half of it is given back", () => scene.cachedMib() < before / 2, 90);
      assert.ok(scene.mib("limit_in_bytes") < 100 + before);
      assert.ok(scene.statMib("rss") > 100);
      assert.equal(scene.kills(), 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
