import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { MemoryWait, MemoryWaitReading } from "@sc/ports";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const oomControl = { oomControl: true };
let stage: AgentStage;
let running: RunningAgent;

beforeEach(async () => {
  stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
});

function wait(): MemoryWait {
  const group = stage.host.open({ path: "/web" });
  assert.ok(group.ok && group.value.memoryWait !== undefined);
  return group.value.memoryWait;
}
const isOn = (): MemoryWaitReading["isOn"] | undefined => wait().read()?.isOn;
const isOnList = (): boolean => stage.isOnList(wait().restoreStep.file);
const kills = (): number | undefined => {
  const group = stage.host.open({ path: "/web" });
  return group.ok ? group.value.readMemoryKills() : undefined;
};
const codes = (): readonly string[] => running.changes().map((change) => change.reason.code);

/** Promises go on: writes of memory are theirs. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

async function start(options = oomControl): Promise<void> {
  running = stage.start(options);
  stage.clock.advance(1);
  await settle();
}

/** The limit is 256 MiB, and more is wanted; nobody here raises it. */
async function waitInVain(): Promise<void> {
  running.give(stage.order("web", { resource: "mem", memMib: 256 }));
  await settle();
  stage.host.setMemMibUsed("/web", 500);
  stage.clock.advance(0.5);
}

describe("waiting at a memory limit", () => {
  test("is switched on for memory in auto, once list and journal say so", async () => {
    await start();
    assert.equal(isOn(), true);
    assert.deepEqual(stage.steps, ["hold", "intend", "applied"]);
    assert.ok(isOnList());
    assert.deepEqual(codes(), ["memory-wait-on"]);
  });

  test("is left alone where it is not configured", async () => {
    await start({ oomControl: false });
    assert.equal(isOn(), false);
    assert.deepEqual(stage.steps, []);
  });

  test("is left as it is, also at the end, where its owner has it on", async () => {
    wait().write(true);
    await start();
    assert.deepEqual(stage.steps, []);
    await running.agent.stop();
    assert.equal(isOn(), true);
  });

  test("is not switched on with a full journal, or without a lease", async () => {
    stage.leaseWorld.isFull = true;
    await start();
    assert.equal(isOn(), false);
    stage.leaseWorld.isFull = false;
    stage.journal.isFull = true;
    stage.clock.advance(1);
    assert.equal(isOn(), false);
    stage.journal.isFull = false;
    stage.clock.advance(1);
    assert.equal(isOn(), true);
  });

  test("is not switched on for groups with groups inside, and off when one is made", async () => {
    await start();
    stage.host.setGroupsInside("/web", true);
    stage.clock.advance(1);
    assert.equal(isOn(), false);
    assert.equal(isOnList(), false);
    stage.clock.advance(1);
    assert.equal(isOn(), false);
  });

  test("ends with a pause, with auto and with what keeps the container from being changed", async () => {
    await start();
    const pause = (isPaused: boolean) =>
      stage.registry.update({ structures: [{ name: nameFor("web"), isPaused }] }, "required");
    await pause(true);
    stage.clock.advance(1);
    assert.equal(isOn(), false);
    await pause(false);
    stage.clock.advance(1);
    assert.equal(isOn(), true);
    await stage.configure("web", { mode: "observe" }, "mem");
    stage.clock.advance(6);
    await settle();
    assert.equal(isOn(), false);
    assert.equal(isOnList(), false);
  });

  test("in vain ends after 10 s: what waits is not left standing for ever", async () => {
    await start();
    await waitInVain();
    assert.equal(wait().read()?.isWaiting, true);
    stage.clock.advance(9);
    assert.equal(kills(), 0);
    stage.clock.advance(2);
    assert.equal(kills(), 1);
    assert.ok(codes().includes("memory-wait-off"));
    stage.clock.advance(1);
    assert.equal(isOn(), true);
  });

  test("is released after the limit, so that what waits finds room and is not killed", async () => {
    await start();
    await waitInVain();
    await running.agent.release([nameFor("web")], ["mem"]);
    assert.equal(kills(), 0);
    assert.equal(wait().read()?.isWaiting, false);
    assert.equal(stage.leaseWorld.entries.length, 0);
  });

  test("ends with a stop that keeps the limits", async () => {
    await start({ oomControl: true, onStop: "keep" } as typeof oomControl);
    await running.agent.stop();
    assert.equal(isOn(), false);
  });

  for (const lost of ["nothing", "the restore list", "the journal"] as const) {
    test(`is known to the next agent when ${lost} is lost with the first`, async () => {
      await start();
      running.crash();
      if (lost === "the restore list") stage.leaseWorld.entries = [];
      if (lost === "the journal") stage.journal.forget(stage.order("web", 1).id);
      await start({ oomControl: false });
      stage.clock.advance(6);
      await settle();
      assert.equal(isOn(), false);
      assert.equal(isOnList(), false);
    });
  }

  test("stays on the restore list when the limit is adopted from another hand", async () => {
    await start();
    running.give(stage.order("web", { resource: "mem", memMib: 256 }));
    await settle();
    stage.host.writeMemMibByAnotherHand("/web", 300);
    stage.clock.advance(1);
    assert.equal(isOn(), true);
    assert.ok(isOnList());
  });

  test("that another hand switches off stays off until it was out of auto once", async () => {
    await start();
    wait().write(false);
    stage.clock.advance(2);
    assert.equal(isOn(), false);
    assert.equal(isOnList(), false);
    await stage.configure("web", { mode: "observe" }, "mem");
    stage.clock.advance(2);
    await stage.configure("web", { mode: "auto" }, "mem");
    stage.clock.advance(2);
    assert.equal(isOn(), true);
  });

  test("that the watcher ended while the agent stood still is switched on anew", async () => {
    await start();
    stage.clock.stall(30);
    stage.restoreAsWatcher();
    assert.equal(isOn(), false);
    stage.clock.advance(3);
    assert.equal(isOn(), true);
    assert.ok(isOnList());
  });

  test("leaves no trace of a container that goes", async () => {
    await start();
    stage.host.removeGroup("/web");
    stage.clock.advance(6);
    assert.equal(stage.leaseWorld.entries.length, 0);
  });
});
