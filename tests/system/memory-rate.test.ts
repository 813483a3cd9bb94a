import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { noBrakes } from "@sc/server/testing";
import { MemoryScene } from "./memory-scene.ts";
import { eventually, leaseSeconds } from "./scene.ts";

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

const codesOf = async ({ server }: MemoryScene): Promise<readonly string[]> =>
  (await server.api.changes({ structure: "web", limit: 100 })).map(({ reason }) => reason.code);

describe("memory that grows by 300 MiB a second in one thread", { skip: whyNoRealGroups() }, () => {
  test("past the margin is killed without oomControl: alarm, safe limit and hold", async () => {
    const brakes = { ...noBrakes, holdSeconds: 600 };
    await using scene = await squeezed({ brakes }, seldomSeconds);
    scene.eatLean(wantedMib, 300);
    await eventually("the kernel killed", () => scene.kills() > 0);
    await eventually("it is at its safe limit", () => scene.mib("limit_in_bytes") === 1024);
    assert.ok((await codesOf(scene)).includes("safe-limit"));
    assert.match(scene.server.log(), /the kernel killed a process for want of memory/);
    const { resources } = await scene.server.api.explain("web");
    const mem = resources.find(({ resource }) => resource === "mem");
    assert.equal(mem?.brakes[0]?.code, "held-after-kill");
    await eventually("the health says so", async () => {
      const { problems } = await scene.server.api.health();
      return problems.some(({ code }) => code === "SC_MEMORY_KILL");
    });
  });

  test("waits at its limit with oomControl, gets a higher one each time, and is not killed", async () => {
    await using scene = await squeezed({ memory: { oomControl: true } });
    scene.eatLean(wantedMib, 300);
    await eventually("it has all it wanted", () => scene.statMib("rss") > wantedMib);
    assert.equal(scene.kills(), 0);
    await scene.server.api.release("web");
    assert.equal(scene.isWaitOn(), false);
    assert.equal(scene.kills(), 0);
  });

  test("is not left waiting for ever by a server that dies", async () => {
    const lease = { seconds: leaseSeconds };
    await using scene = await squeezed({ memory: { oomControl: true }, lease });
    assert.ok(scene.isWaitOn());
    await scene.server.end("SIGKILL");
    scene.eatLean(wantedMib, 300);
    await eventually("its first limit is back", () => scene.mib("limit_in_bytes") > 1_000_000);
    await eventually("nothing waits any more", () => !scene.isWaitOn());
    await eventually("it has all it wanted", () => scene.statMib("rss") > wantedMib);
    assert.equal(scene.kills(), 0);
  });

  test("is left to its owner where the owner decides what happens at the limit", async () => {
    const scene = new MemoryScene({ memory: { oomControl: true } });
    await using _scene = scene;
    scene.setWait(true);
    await scene.open();
    await scene.takeOn();
    await eventually("its limit fits", () => scene.mib("limit_in_bytes") < 450);
    await scene.server.api.release("web");
    assert.ok(scene.isWaitOn());
    assert.ok(!(await codesOf(scene)).includes("memory-wait-on"));
  });
});
