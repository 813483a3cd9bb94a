import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { MemWriteOutcome } from "@sc/ports";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;
let running: RunningAgent;

/** Writes are promises', not timers': a few turns bring them to their end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}

async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    stage.clock.advance(1);
    await settle();
  }
}

const kernelMemory = (): number | null | undefined => {
  const group = stage.host.open({ path: "/web" });
  return group.ok ? group.value.readMemMibLimit() : undefined;
};
const memoryEntries = (): number =>
  stage.leaseWorld.entries.filter(({ folder }) => folder.includes("memory")).length;
const quota = () => stage.limitOf("web")?.quotaShares;

beforeEach(async () => {
  stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.setMode("web", "auto");
  await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
  running = stage.start();
  stage.clock.advance(3);
});

async function squeeze(): Promise<void> {
  running.give(stage.order("web", 80), stage.order("web", { resource: "mem", memMib: 256 }));
  await settle();
  assert.deepEqual([quota(), kernelMemory()], [80, 256]);
}

describe("what nobody decides about", () => {
  test("is put back until someone does, and may shrink again then", async () => {
    await squeeze();
    stage.undecided = "the guardian fails";
    await pass(6);
    assert.deepEqual([quota(), kernelMemory()], [200, null]);
    assert.match(running.lastChange()?.reason.text ?? "", /the guardian fails/);
    stage.undecided = undefined;
    await squeeze();
    await pass(6);
    assert.deepEqual([quota(), kernelMemory()], [80, 256]);
  });
});

describe("what is not in auto any more", () => {
  test("is put back, and the other resource that still is in auto stays as it is", async () => {
    await squeeze();
    await stage.configure("web", { mode: "observe" }, "mem");
    await pass(6);
    assert.deepEqual([quota(), kernelMemory()], [80, null]);
    assert.equal(stage.leaseWorld.entries.length, 1);
    await stage.setMode("web", "observe");
    await pass(6);
    assert.equal(quota(), 200);
    assert.deepEqual(stage.leaseWorld.entries, []);
    assert.deepEqual(stage.journal.recover(), []);
  });

  test("is put back of one resource alone, as asked", async () => {
    await squeeze();
    const report = await running.agent.release([nameFor("web")], ["mem"]);
    assert.deepEqual(report.released, ["web"]);
    assert.deepEqual([quota(), kernelMemory()], [80, null]);
    running.crash();
    assert.equal(stage.start().agent.container(nameFor("web"))?.facts.first.cpu?.quotaShares, 200);
  });

  test("is put back at last, however often the kernel refused", async () => {
    await squeeze();
    await stage.setMode("web", "observe");
    stage.host.refuseNextWrites("/web", { code: "hierarchy", text: "a child has more" }, 7);
    const { failed } = await running.agent.release(undefined);
    assert.equal(failed.length, 1);
    await pass(20);
    assert.equal(quota(), 200);
    assert.equal(running.logged.filter(({ message }) => /put back/.test(message)).length, 1);
  });

  test("is put back also of a write that was under way when it was asked for", async () => {
    let answer: () => void = () => undefined;
    const group = stage.host.open({ path: "/web" });
    assert.ok(group.ok);
    stage.memoryAnswer = async (memMib) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      stage.memoryAnswer = undefined;
      return group.value.writeMemMibLimit(memMib, 5);
    };
    running.give(stage.order("web", { resource: "mem", memMib: 256 }));
    await stage.configure("web", { mode: "observe" }, "mem");
    const released = running.agent.release(undefined);
    answer();
    assert.deepEqual((await released).failed, []);
    assert.equal(kernelMemory(), null);
    assert.deepEqual(stage.leaseWorld.entries, []);
  });

  test("is put back also of a write that landed late", async () => {
    const { promise: ended, resolve: end } = Promise.withResolvers<MemWriteOutcome>();
    stage.memoryAnswer = async () => ({ kind: "late", ended });
    running.give(stage.order("web", { resource: "mem", memMib: 256 }));
    await settle();
    stage.memoryAnswer = undefined;
    await stage.configure("web", { mode: "observe" }, "mem");
    await pass(6);
    stage.host.writeMemMibByAnotherHand("/web", 256);
    end({ kind: "applied", memMib: 256 });
    await pass(20);
    assert.equal(kernelMemory(), null);
    assert.deepEqual(stage.leaseWorld.entries, []);
  });

  test("is off the restore list once a release that was late has landed", async () => {
    await squeeze();
    const { promise: ended, resolve: end } = Promise.withResolvers<MemWriteOutcome>();
    stage.memoryAnswer = async () => ({ kind: "late", ended });
    await stage.configure("web", { mode: "observe" }, "mem");
    const { failed } = await running.agent.release(undefined, ["mem"]);
    assert.equal(failed[0]?.reason.code, "write-pending");
    stage.memoryAnswer = undefined;
    assert.equal(memoryEntries(), 1);
    stage.host.writeMemMibByAnotherHand("/web", null);
    end({ kind: "applied", memMib: null });
    await settle();
    assert.equal(memoryEntries(), 0);
    const { author, outcome } = running.lastChange() ?? {};
    assert.deepEqual([author?.kind, outcome], ["agent", "applied"]);
  });

  test("is put back by the next agent, each resource by itself", async () => {
    await squeeze();
    running.crash();
    await stage.configure("web", { mode: "observe" }, "mem");
    running = stage.start();
    await pass(1);
    assert.deepEqual([quota(), kernelMemory()], [80, null]);
    assert.equal(running.lastChange()?.reason.code, "recovered");
  });
});
