import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, type PlainContainer, Scene } from "./scene.ts";

describe("a server whose disk is full", { skip: whyNoRealGroups() }, () => {
  test("gives more to who needs it, and takes nothing, when it has no journal", async () => {
    await using scene = await openOnSmallDisk("state");
    const [web, shop] = [scene.container("web"), scene.container("shop")];
    // Of its owner, so that it stays whatever quota another hand writes.
    await scene.server.api.setLimits("web", { resource: "cpu", max: 80 });
    await squeezeWebAndWorkInShop(web, shop);
    fillDisk(scene, "state");

    await eventually("the health says so", async () => {
      // The last block of the journal may have room for a few lines yet.
      if (web.isSqueezed()) web.work();
      if (web.isGrown()) await web.rest();
      return (await problemsOf(scene)).some((text) => text.includes("journal"));
    });
    web.work();
    web.write("cpu.cfs_quota_us", "10000");
    await eventually("the one in need has grown", () => web.isGrown());
    const before = shop.shares();
    await shop.rest();
    await eventually("it says why it shrinks nothing", async () =>
      (await scene.changeCodes("shop")).includes("no-journal"),
    );
    assert.equal(shop.shares(), before);
    assert.ok(web.isGrown());
  });

  test("gives more to who needs it, and takes nothing, when it has no lease", async () => {
    await using scene = await openOnSmallDisk("run");
    const [web, shop] = [scene.container("web"), scene.container("shop")];
    await squeezeWebAndWorkInShop(web, shop);
    fillDisk(scene, "run");

    web.work();
    await eventually("the one in need has grown", () => web.isGrown());
    // The last block of the restore list may have room for a few.
    const fresh = Array.from({ length: 20 }, (_, index) => scene.make(`fresh-${index}`));
    await eventually("it says why it shrinks the last one not", async () =>
      (await scene.changeCodes("fresh-19")).includes("no-lease"),
    );
    assert.ok(fresh.at(-1)?.hasFirstLimit());
    await eventually("the health says so", async () =>
      (await problemsOf(scene)).some((text) => text.includes("restore list")),
    );
  });
});

/** One of the server's folders on a disk of its own, which nobody but the server sees. */
const openOnSmallDisk = (folder: "run" | "state"): Promise<Scene> =>
  Scene.open(`full-${folder}`, {
    containers: ["web", "shop"],
    mount: `mkdir "$0/${folder}"; mount -t tmpfs -o size=128k tmpfs "$0/${folder}"`,
  });

async function squeezeWebAndWorkInShop(web: PlainContainer, shop: PlainContainer): Promise<void> {
  shop.work();
  await eventually("the idle one is squeezed", () => web.isSqueezed());
  await eventually("the busy one is not", () => shop.isGrown());
}

/** Through the server's own view of its folders. */
function fillDisk({ server }: Scene, folder: "run" | "state"): void {
  const file = openSync(`/proc/${server.pid}/root${server.folder}/${folder}/ballast`, "w");
  const kibibyte = Buffer.alloc(1024);
  try {
    for (;;) writeSync(file, kibibyte);
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  } finally {
    closeSync(file);
  }
}

const problemsOf = async (scene: Scene): Promise<readonly string[]> =>
  (await scene.server.api.health()).problems.map(({ text }) => text);
