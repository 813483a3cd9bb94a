/* Rows of `docs/operating/failure-modes.md`: clocks that step, and time that nobody looked. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Change } from "@sc/contracts";
import { eventually, leaseSeconds, Scene, type SceneOptions } from "../scene.ts";
import { Clocks } from "./clocks.ts";
import { type Expected, faultRow } from "./fault-row.ts";

const daySeconds = 86_400;
const pauseSeconds = 600;
/** Enough for decisions to be made, and for readings of the history. */
const whileMs = 3000;
/** Readings are a second apart, and never of the moment in which the kernel is asked. */
const readingsSeconds = 3;
/** Sums of many small numbers. */
const rounding = 1e-3;

const open = (clocks: Clocks, label: string, options: Partial<SceneOptions> = {}): Promise<Scene> =>
  Scene.open(label, {
    containers: ["web", "idle"],
    environment: clocks.environment,
    mount: clocks.mount,
    ...options,
  });

const usedSeconds = (scene: Scene): number =>
  Number(scene.groups.read("cpuacct", `${scene.container("web").path}/cpuacct.usage`)) / 1e9;

/** One container at its max, another one at its least: nothing is left to be changed. */
async function settle(scene: Scene): Promise<void> {
  scene.container("web").work();
  await eventually("the idle one is squeezed", () => scene.container("idle").isSqueezed());
  await eventually("the busy one is at its max", () => scene.container("web").shares() === 80);
}

/** What was done so far, and why. */
const changesOf = async (scene: Scene): Promise<readonly string[]> =>
  (await scene.server.api.changes({ limit: 1000 }))
    .map(({ stamp, structure, reason }) => `${stamp} ${structure} ${reason.code}`)
    .toSorted();

/** Over ten minutes a few busy seconds are nothing at all. */
const quietChanges = async ({ server }: Scene): Promise<readonly Change[]> =>
  (await server.api.changes({ structure: "web" })).filter(({ reason }) =>
    /used 0(\.\d+)? of/.test(reason.text),
  );

async function proveStep(expected: Expected, seconds: number): Promise<void> {
  using clocks = new Clocks();
  await using scene = await open(clocks, expected.row.id);
  const { api } = scene.server;
  const web = scene.container("web");
  await settle(scene);
  const before = await changesOf(scene);
  await expected.proves("same decisions", async () => {
    clocks.shift({ wall: seconds });
    await delay(whileMs);
    // The busy one has reasons of its own to change.
    const ofIdle = (changes: readonly string[]) => changes.filter((one) => one.includes(" idle "));
    assert.deepEqual(ofIdle(await changesOf(scene)), ofIdle(before));
    await web.rest();
    await eventually("it is squeezed", () => web.isSqueezed());
  });
  const now = Date.now() / 1000;
  await expected.proves("stamps follow the clock", async () => {
    const [change] = await api.changes({ structure: "web", limit: 1 });
    const late = now + seconds - (change?.stamp ?? 0);
    assert.ok(Math.abs(late) < 60, `stamped ${late} s before it was`);
  });
  await expected.proves("whole history", async () => {
    const [from, to] = [now - 2 * daySeconds, now + 2 * daySeconds];
    const used = usedSeconds(scene);
    await eventually("all that was used is in the history", async () => {
      const { sums } = await api.usageHistory("web", { from, to, step: 3600 });
      return (sums.cpu.used ?? 0) > used - readingsSeconds;
    });
    const { sums } = await api.usageHistory("web", { from, to, step: 3600 });
    assert.ok((sums.cpu.used ?? 0) <= usedSeconds(scene) + rounding, `${sums.cpu.used} of ${used}`);
    const after = new Set(await changesOf(scene));
    assert.deepEqual(
      before.filter((change) => !after.has(change)),
      [],
    );
  });
  await expected.isSeen({ scene, victim: "web" });
}

describe("a clock that steps", { concurrency: 2 }, () => {
  faultRow("clock-a-day-ahead", (expected) => proveStep(expected, daySeconds));
  faultRow("clock-a-day-back", (expected) => proveStep(expected, -daySeconds));
});

describe("time that nobody looked", { concurrency: 2 }, () => {
  faultRow("paused-host", async (expected) => {
    using clocks = new Clocks();
    await using scene = await open(clocks, expected.row.id, {
      configuration: {
        // One quiet window is enough to shrink; of a second, in which a busy thread is never quiet.
        serverlessRules: { windowSeconds: 1, cpu: { downEvents: 1 } },
      },
    });
    await settle(scene);
    await expected.proves("no decision over the gap", async () => {
      const before = (await quietChanges(scene)).length;
      clocks.shift({ monotonic: pauseSeconds });
      await expected.isSeen({ scene, victim: "web" });
      await delay(whileMs);
      assert.equal((await quietChanges(scene)).length, before);
    });
    await expected.proves("goes on", async () => {
      await scene.container("web").rest();
      await eventually("it is squeezed", () => scene.container("web").isSqueezed());
    });
  });

  faultRow("suspended-host", async (expected) => {
    using clocks = new Clocks();
    await using scene = await open(clocks, expected.row.id);
    await settle(scene);
    // Or there would be nothing on this side of the gap: containers settle within a second.
    await eventually("there is history", async () => {
      const { cpu } = await scene.server.api.usageHistory("web", {});
      return cpu.used.some((used) => used !== null);
    });
    const from = Date.now() / 1000;
    clocks.shift({ wall: pauseSeconds, boot: pauseSeconds });
    await expected.isSeen({ scene, victim: "idle" });
    await expected.proves("goes on", async () => {
      const idle = scene.container("idle");
      await eventually("it is squeezed", () => idle.isSqueezed());
      idle.work();
      await eventually("it grows", () => idle.isGrown());
    });
    await expected.proves("missing is not zero", async () => {
      const [begin, end] = [from + 60, from + pauseSeconds - 60];
      const asked = { from: from - 60, to: from + pauseSeconds + 60, step: 10 };
      await eventually("there is history on both sides, and none between", async () => {
        const { cpu, stamps } = await scene.server.api.usageHistory("web", asked);
        const known = stamps.filter((_, index) => cpu.used[index] !== null);
        assert.deepEqual(
          known.filter((stamp) => stamp > begin && stamp < end),
          [],
        );
        return (stamps[0] ?? end) <= begin && known.some((stamp) => stamp >= end);
      });
    });
  });

  faultRow("stopped-past-the-lease", async (expected) => {
    await using scene = await Scene.open("stopped", { containers: ["web", "idle"] });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    scene.server.kill("SIGSTOP");
    await delay((leaseSeconds + 2) * 1000);
    const struck = { scene, victim: "web" };
    await expected.meets("first limits back", struck);
    scene.server.kill("SIGCONT");
    await expected.isSeen(struck);
    await expected.proves("goes on", async () => {
      await eventually("it squeezes again", () => web.isSqueezed());
      web.work();
      await eventually("it stretches again", () => web.isGrown());
      assert.equal((await scene.server.api.structure("web")).resources.cpu.first, 80);
    });
  });
});
