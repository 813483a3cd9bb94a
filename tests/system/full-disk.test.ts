import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { faultRow } from "./faults/fault-row.ts";
import { eventually, type PlainContainer, Scene } from "./scene.ts";

describe("a server whose disk is full", { skip: whyNoRealGroups() }, () => {
  faultRow("state-disk-full", async (expected) => {
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
    await web.rest();
    web.write("cpu.cfs_quota_us", "10000");
    await expected.meets("still grows", { scene, victim: "web" });
    const struck = { scene, victim: "shop" };
    const before = shop.shares();
    await shop.rest();
    await expected.isSeen(struck);
    await expected.holds(struck, {
      "nothing shrinks": async () => assert.equal(shop.shares(), before),
    });
  });

  faultRow("run-disk-full", async (expected) => {
    await using scene = await openOnSmallDisk("run");
    const [web, shop] = [scene.container("web"), scene.container("shop")];
    await squeezeWebAndWorkInShop(web, shop);
    fillDisk(scene, "run");

    await expected.meets("still grows", { scene, victim: "web" });
    // The last block of the restore list may have room for a few.
    const fresh = Array.from({ length: 20 }, (_, index) => scene.make(`fresh-${index}`));
    const struck = { scene, victim: "fresh-19" };
    await expected.isSeen(struck);
    await expected.holds(struck, {
      "nothing shrinks": async () => assert.ok(fresh.at(-1)?.hasFirstLimit()),
    });
    await eventually("the health says which", async () =>
      (await problemsOf(scene)).some((text) => text.includes("restore list")),
    );
  });
});

/** One of the server's folders on a disk of its own, which nobody but the server sees. */
const openOnSmallDisk = (folder: "run" | "state"): Promise<Scene> =>
  Scene.open(`full-${folder}`, {
    containers: ["web", "shop"],
    mount: `mkdir "$0/${folder}"; mount -t tmpfs -o size=512k,mode=755 tmpfs "$0/${folder}"`,
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
