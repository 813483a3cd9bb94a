/* Rows of `docs/operating/failure-modes.md`: memory that is short. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { noBrakes } from "@sc/server/testing";
import { MemoryScene } from "../memory-scene.ts";
import { eventually, leaseSeconds } from "../scene.ts";
import { faultRow } from "./fault-row.ts";

/** So seldom that 300 MiB a second grow past any margin between two samples. */
const seldomSeconds = 4;
const wantedMib = 900;

async function squeezed(
  configuration: Readonly<Record<string, unknown>>,
  autoSeconds = 1,
): Promise<MemoryScene> {
  const scene = await new MemoryScene(configuration).open();
  await scene.takeOn();
  await eventually("its limit fits", () => scene.mib("limit_in_bytes") < 350);
  await scene.server.api.updateSettings("node-agent", { autoSeconds });
  return scene;
}

describe("memory that grows by 300 MiB a second in one thread", { concurrency: 2 }, () => {
  faultRow("memory-past-its-margin", async (expected) => {
    const brakes = { ...noBrakes, holdSeconds: 600 };
    await using scene = await squeezed({ brakes }, seldomSeconds);
    scene.eatLean(wantedMib, 300);
    await eventually("the kernel killed", () => scene.kills() > 0);
    await expected.proves("safe limit and hold", async () => {
      await eventually("it is at its safe limit", () => scene.mib("limit_in_bytes") === 1024);
      const { resources } = await scene.server.api.explain("web");
      const mem = resources.find(({ resource }) => resource === "mem");
      assert.equal(mem?.brakes[0]?.code, "held-after-kill");
    });
    await expected.isSeen({ scene, victim: "web" });
  });

  faultRow("memory-past-its-margin-waits", async (expected) => {
    await using scene = await squeezed({ memory: { oomControl: true } });
    await expected.proves("no kill", async () => {
      scene.eatLean(wantedMib, 300);
      await eventually("it has all it wanted", () => scene.statMib("rss") > wantedMib);
      assert.equal(scene.kills(), 0);
    });
    await expected.isSeen({ scene, victim: "web" });
    await expected.proves("nothing is left waiting", async () => {
      await scene.server.api.release("web");
      assert.equal(scene.isWaitOn(), false);
      assert.equal(scene.kills(), 0);
    });
  });

  faultRow("memory-waits-and-the-server-dies", async (expected) => {
    const lease = { seconds: leaseSeconds };
    await using scene = await squeezed({ memory: { oomControl: true }, lease });
    assert.ok(scene.isWaitOn());
    await scene.server.end("SIGKILL");
    scene.eatLean(wantedMib, 300);
    await expected.proves("nothing is left waiting", async () => {
      await eventually("its first limit is back", () => scene.mib("limit_in_bytes") > 1_000_000);
      await eventually("nothing waits any more", () => !scene.isWaitOn());
    });
    await expected.proves("no kill", async () => {
      await eventually("it has all it wanted", () => scene.statMib("rss") > wantedMib);
      assert.equal(scene.kills(), 0);
    });
    await expected.isSeen({ scene, victim: "web" });
  });

  faultRow("memory-waits-by-its-owner", async (expected) => {
    await using scene = new MemoryScene({ memory: { oomControl: true } });
    scene.setWait(true);
    await scene.open();
    await scene.takeOn();
    await eventually("its limit fits", () => scene.mib("limit_in_bytes") < 450);
    await expected.isSeen({ scene, victim: "web" });
    await scene.server.api.release("web");
    await expected.proves("left to its owner", async () => {
      assert.ok(scene.isWaitOn());
      assert.ok(!(await scene.changeCodes("web")).includes("memory-wait-on"));
    });
  });

  faultRow("max-lowered-below-memory-in-use", async (expected) => {
    await using scene = await new MemoryScene().open();
    const eating = scene.eatLean(300, 3000);
    await eventually("it has its memory", () => scene.statMib("rss") > 300);
    await scene.takeOn();
    await eventually("its limit fits", () => scene.mib("limit_in_bytes") < 700);
    await scene.server.api.setLimits("web", { resource: "mem", max: 200 });
    await expected.isSeen({ scene, victim: "web" });
    await expected.proves("no kill", () => {
      assert.equal(scene.kills(), 0);
      assert.ok(scene.mib("limit_in_bytes") > 300);
    });
    await expected.proves("the owner's max in the end", async () => {
      eating.kill("SIGKILL");
      await eventually("it is within its max", () => scene.mib("limit_in_bytes") <= 200);
    });
  });
});
