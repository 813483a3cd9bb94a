import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { MemWriteOutcome } from "@sc/ports";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;
let running: RunningAgent;

beforeEach(async () => {
  stage = await AgentStage.set();
  for (const name of ["web", "db", "other"]) stage.container(name, 200);
  await stage.setMode("web", "auto");
  await stage.setMode("db", "auto");
  running = stage.start();
  stage.clock.advance(3);
  running.give(stage.order("web", 80), stage.order("db", 90));
});

const quotas = () => ["web", "db", "other"].map((name) => stage.limitOf(name)?.quotaShares);
const refusal = { code: "hierarchy", text: "a child has more" } as const;

describe("release", () => {
  test("puts back the first limit, weight and all, of those that were named", async () => {
    const first = stage.limitOf("other");
    const report = await running.agent.release([nameFor("web"), nameFor("other")]);
    assert.deepEqual(report, { released: ["web"], unchanged: ["other"], failed: [] });
    assert.deepEqual(stage.limitOf("web"), first);
    assert.equal(stage.limitOf("db")?.quotaShares, 90);
    assert.equal(running.lastChange()?.author.kind, "agent");
    assert.equal(running.agent.hostObservation().cpu.granted, 290);
  });

  test("takes what it put back off the list and out of the journal", async () => {
    await running.agent.release(undefined);
    assert.deepEqual(stage.leaseWorld.entries, []);
    assert.deepEqual(stage.journal.recover(), []);
  });

  test("works while everything is paused", async () => {
    await stage.registry.update({ isPausedAll: true }, "best-effort");
    await running.agent.release(undefined);
    assert.deepEqual(quotas(), [200, 200, 200]);
  });

  test("does not touch what another hand changed a moment ago, in auto or not", async () => {
    stage.host.writeByAnotherHand("/other", { quotaShares: 120 });
    stage.host.writeByAnotherHand("/web", { quotaShares: 130 });
    await running.agent.release(undefined);
    assert.deepEqual(quotas(), [130, 200, 120]);
  });

  test("goes round again for what its parent or child kept from it", async () => {
    stage.host.refuseNextWrites("/web", refusal, 2);
    const report = await running.agent.release(undefined);
    assert.deepEqual([...report.released].sort(), ["db", "web"]);
    assert.deepEqual(quotas(), [200, 200, 200]);
  });

  test("says what the kernel keeps refusing, and leaves it on the list", async () => {
    stage.host.refuseNextWrites("/web", refusal, 9);
    const { failed, released } = await running.agent.release(undefined);
    assert.deepEqual(released, ["db"]);
    assert.deepEqual(
      failed.map(({ structure, reason }) => [structure, reason.code]),
      [["web", "kernel-refused"]],
    );
    assert.equal(stage.leaseWorld.entries.length, 1);
  });

  test("leaves on the list what cannot be read", async () => {
    stage.host.setUnreadable("/web", true);
    const { failed } = await running.agent.release(undefined);
    assert.equal(failed[0]?.structure, "web");
    assert.equal(stage.leaseWorld.entries.length, 1);
  });

  test("leaves on the list memory that an earlier agent left and that cannot be read", async () => {
    await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
    running.give(stage.order("web", { resource: "mem", memMib: 256 }));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    running.crash();
    stage.host.setUnreadable("/web", true);
    running = stage.start();
    const { failed } = await running.agent.release(undefined, ["mem"]);
    assert.equal(failed[0]?.structure, "web");
    stage.host.setUnreadable("/web", false);
    stage.clock.advance(11);
    await running.agent.release(undefined);
    const group = stage.host.open({ path: "/web" });
    assert.equal(group.ok && group.value.readMemMibLimit(), null);
  });

  test("is not kept from the others by one that throws", async () => {
    stage.onStep = (step) => {
      if (step === "write" && stage.limitOf("db")?.quotaShares === 90) throw new Error("broken");
    };
    const { failed } = await running.agent.release(undefined);
    assert.ok(failed.length >= 1);
    stage.onStep = () => undefined;
    const again = await running.agent.release(undefined);
    assert.deepEqual(again.failed, []);
    assert.deepEqual(quotas(), [200, 200, 200]);
  });

  test("raises a parent before its child", async () => {
    stage = await AgentStage.set();
    stage.container("child", 200, { path: "/parent/child" });
    stage.container("parent", 200, { path: "/parent" });
    await stage.setMode("child", "auto");
    await stage.setMode("parent", "auto");
    running = stage.start();
    stage.clock.advance(3);
    for (const name of ["child", "parent"]) {
      const view = running.agent.container(nameFor(name));
      assert.ok(view !== undefined);
      running.give(stage.order(name, 80, { id: view.facts.id }));
    }
    const { released } = await running.agent.release(undefined);
    assert.deepEqual(released, ["parent", "child"]);
  });
});

describe("stop", () => {
  test("puts everything back and ends the lease", async () => {
    await running.agent.stop();
    assert.deepEqual(quotas(), [200, 200, 200]);
    assert.deepEqual(stage.leaseWorld.entries, []);
    assert.equal(stage.leaseWorld.isKept, false);
  });

  test("keeps limits and list where that is configured, and the next agent takes them up", async () => {
    running.crash();
    running = stage.start({ onStop: "keep" });
    await running.agent.stop();
    assert.deepEqual(quotas(), [80, 90, 200]);
    assert.equal(stage.leaseWorld.isKept, true);
    const next = stage.start();
    stage.clock.advance(1);
    assert.equal(next.agent.container(nameFor("web"))?.facts.first.cpu?.quotaShares, 200);
    await next.agent.stop();
    assert.deepEqual(quotas(), [200, 200, 200]);
  });

  test("does not end the lease with something left: the watcher is to try", async () => {
    // Once for each round.
    stage.host.refuseNextWrites("/web", refusal, 3);
    await running.agent.stop();
    assert.equal(stage.leaseWorld.entries.length, 1);
    assert.ok(running.logged.some(({ message }) => message === "could not be put back"));
    stage.restoreAsWatcher();
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
  });
});

test("a memory limit that the kernel refuses late stays in the book as it is", async () => {
  await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
  stage.clock.advance(1);
  running.give(stage.order("web", { resource: "mem", memMib: 256 }));
  await settle();
  const granted = () => running.agent.hostObservation().mem.granted;
  assert.equal(granted(), 256);
  const late = Promise.withResolvers<MemWriteOutcome>();
  stage.memoryAnswer = async () => ({ kind: "late", ended: late.promise });
  void running.agent.release([nameFor("web")]);
  await settle();
  // As after any change of settings: the larger of two counts.
  await stage.configure("web", { priority: 1 }, "mem");
  stage.clock.advance(1);
  assert.equal(granted(), 1024);
  late.resolve({ kind: "refused", refusal });
  await settle();
  assert.equal(granted(), 256);
});

/** Writes are promises', not timers': a few turns bring them to their end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
