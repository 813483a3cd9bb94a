import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { MemWriteAnswer, MemWriteOutcome } from "@sc/ports";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;
let running: RunningAgent;

beforeEach(async () => {
  stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
  running = stage.start();
  stage.clock.advance(3);
  stage.steps.length = 0;
});

/** The write is a promise's, not a timer's: a few turns bring it to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function order(memMib: number | null) {
  running.give(stage.order("web", { resource: "mem", memMib }));
  await settle();
  return running.lastChange();
}

const kernelHolds = (): number | null | undefined => {
  const group = stage.host.open({ path: "/web" });
  return group.ok ? group.value.readMemMibLimit() : undefined;
};

describe("an order for memory", () => {
  test("is applied in the order list, journal, kernel", async () => {
    const change = await order(256);
    assert.equal(change?.outcome, "applied");
    assert.deepEqual([change?.old, change?.new], [null, 256]);
    assert.equal(kernelHolds(), 256);
    assert.deepEqual(stage.steps, ["hold", "intend", "write", "applied"]);
  });

  test("is brought into the band of its owner", async () => {
    await order(10);
    assert.equal(kernelHolds(), 64);
    await order(null);
    assert.equal(kernelHolds(), 1024);
  });

  test("below what is in use is refused", async () => {
    stage.host.setMemMibUsed("/web", 300);
    assert.equal((await order(256))?.detail?.code, "memory-in-use");
    assert.equal(kernelHolds(), null);
  });

  test("that squeezes page cache out makes no use fall that was not read", async () => {
    stage.host.setMemMibUsed("/web", 300);
    stage.host.setMemMibCached("/web", 600);
    // As long as the growth to it counts no more.
    stage.clock.advance(1700.5);
    assert.equal((await order(400))?.new, 400);
    for (let sample = 0; sample < 12; sample += 1) {
      stage.clock.advance(0.1);
      assert.equal(running.agent.container(nameFor("web"))?.memMibUsed, 300);
    }
  });

  test("is not taken to a shrink while the journal is full, to a growth it is", async () => {
    await order(256);
    stage.journal.isFull = true;
    assert.equal((await order(200))?.detail?.code, "no-journal");
    assert.equal((await order(300))?.outcome, "applied");
  });

  test("is not begun beside another", async () => {
    let answer: (outcome: MemWriteAnswer) => void = () => undefined;
    stage.memoryAnswer = () => new Promise((resolve) => (answer = resolve));
    await order(256);
    assert.equal((await order(300))?.detail?.code, "write-pending");
    const group = stage.host.open({ path: "/web" });
    if (group.ok) await group.value.writeMemMibLimit(256, 5);
    answer({ kind: "applied", memMib: 256 });
    await settle();
    assert.equal(running.lastChange()?.outcome, "applied");
    stage.memoryAnswer = undefined;
    assert.equal((await order(300))?.outcome, "applied");
  });

  test("that makes a limit grow counts from its begin, so that the host is not sold twice", async () => {
    stage.container("db", 200);
    await stage.configure("db", { mode: "auto", min: 64, max: 1024 }, "mem");
    stage.clock.advance(6);
    for (const name of ["web", "db"])
      running.give(stage.order(name, { resource: "mem", memMib: 64 }));
    await settle();
    assert.equal(running.agent.hostObservation().mem.granted, 128);
    let answer: (outcome: MemWriteAnswer) => void = () => undefined;
    stage.memoryAnswer = () => new Promise((resolve) => (answer = resolve));
    await order(900);
    assert.equal(running.agent.hostObservation().mem.granted, 964);
    const { promise: ended, resolve: end } = Promise.withResolvers<MemWriteOutcome>();
    answer({ kind: "late", ended });
    await settle();
    stage.clock.advance(75);
    assert.equal(running.agent.hostObservation().mem.granted, 964);
    assert.deepEqual(running.agent.audit(), []);
    end({ kind: "refused", refusal: { code: "busy", text: "the kernel gave up" } });
    await settle();
    assert.equal(running.agent.hostObservation().mem.granted, 128);
  });

  test("whose write fails by throwing is refused, and the next one is taken", async () => {
    stage.memoryAnswer = () => Promise.reject(new Error("the worker died"));
    assert.match((await order(256))?.detail?.text ?? "", /the worker died/);
    stage.memoryAnswer = undefined;
    assert.equal((await order(256))?.outcome, "applied");
  });

  test("delivered twice is applied once", async () => {
    const memory = stage.order("web", { resource: "mem", memMib: 256 });
    running.give(memory, memory);
    await settle();
    assert.equal(stage.steps.filter((step) => step === "write").length, 1);
  });

  test("is put back by release, and told", async () => {
    await order(256);
    const report = await running.agent.release(undefined);
    assert.deepEqual(report.released, ["web"]);
    assert.equal(kernelHolds(), null);
    assert.deepEqual(stage.leaseWorld.entries, []);
    assert.equal(running.lastChange()?.author.kind, "agent");
  });

  test("stays under its lease when cpu alone is put back", async () => {
    await order(256);
    const report = await running.agent.release(undefined, ["cpu"]);
    assert.deepEqual(report.failed, []);
    assert.equal(kernelHolds(), 256);
    assert.equal(stage.leaseWorld.entries.length, 1);
    await running.agent.release(undefined, ["mem"]);
    assert.equal(kernelHolds(), null);
    assert.deepEqual(stage.leaseWorld.entries, []);
  });

  test("is not put back over what another hand wrote a moment ago", async () => {
    await order(256);
    const group = stage.host.open({ path: "/web" });
    assert.ok(group.ok);
    await group.value.writeMemMibLimit(512, 5);
    await running.agent.release(undefined);
    assert.equal(kernelHolds(), 512);
  });

  test("under way when the agent stops is waited for, and then put back", async () => {
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
    await order(256);
    const stopped = running.agent.stop();
    answer();
    await stopped;
    assert.equal(kernelHolds(), null);
  });
});

test("a write that was not begun may be asked for again at once, and its container is not held", async () => {
  stage.memoryAnswer = async () => ({ kind: "not-begun" });
  const refused = await order(256);
  assert.equal(refused?.detail?.code, "write-pending");
  stage.memoryAnswer = undefined;
  assert.equal((await order(256))?.outcome, "applied");
});

describe("a write that is late", () => {
  let end: (outcome: MemWriteOutcome) => void;

  beforeEach(async () => {
    const late = Promise.withResolvers<MemWriteOutcome>();
    end = late.resolve;
    stage.memoryAnswer = async () => ({ kind: "late", ended: late.promise });
    assert.equal((await order(256))?.detail?.code, "write-pending");
    stage.memoryAnswer = undefined;
  });

  /** The kernel has done it; that it has comes a moment later. */
  const land = async (): Promise<void> => {
    stage.host.writeMemMibByAnotherHand("/web", 256);
    stage.clock.advance(0.1);
    end({ kind: "applied", memMib: 256 });
    await settle();
  };
  const firstOf = (one: RunningAgent) => one.agent.container(nameFor("web"))?.facts.first.memMib;

  for (const seconds of [1, 100, 10_000]) {
    test(`and lands after ${seconds} s is ours, told, and can be followed by others`, async () => {
      stage.clock.advance(seconds);
      assert.equal((await order(300))?.detail?.code, "write-pending");
      await land();
      const { outcome, old, new: now } = running.lastChange() ?? {};
      assert.deepEqual([outcome, old, now], ["applied", null, 256]);
      assert.equal(firstOf(running), null);
      assert.equal((await order(300))?.outcome, "applied");
      await running.agent.release(undefined);
      assert.equal(kernelHolds(), null);
    });
  }

  test("and fails in the end is told, and the next order is taken", async () => {
    end({ kind: "refused", refusal: { code: "busy", text: "the kernel gave up" } });
    await settle();
    assert.equal(running.lastChange()?.detail?.code, "kernel-refused");
    assert.equal((await order(300))?.outcome, "applied");
  });

  test("is known as ours by the next agent, should this one die", async () => {
    await land();
    running.crash();
    assert.equal(firstOf(stage.start()), null);
  });

  test("is known as ours when it lands only under the next agent", async () => {
    running.crash();
    const next = stage.start();
    stage.clock.advance(100);
    stage.host.writeMemMibByAnotherHand("/web", 256);
    stage.clock.advance(0.1);
    assert.equal(firstOf(next), null);
    assert.equal(stage.leaseWorld.entries.length, 1);
    await next.agent.release(undefined);
    assert.equal(kernelHolds(), null);
  });

  test("of a container that is gone leaves nothing in the book, also where its name came again", async () => {
    stage.host.removeGroup("/web");
    stage.container("web", 200);
    stage.clock.advance(6);
    const { granted } = running.agent.hostObservation().mem;
    end({ kind: "gone" });
    await settle();
    assert.equal(running.agent.hostObservation().mem.granted, granted);
    assert.deepEqual(stage.journal.recover(), []);
  });

  test("and over which another hand wrote meanwhile leaves that as the owner's wish", async () => {
    stage.host.writeMemMibByAnotherHand("/web", 400);
    stage.clock.advance(0.1);
    end({ kind: "applied", memMib: 256 });
    await settle();
    stage.clock.advance(0.2);
    assert.equal(running.lastChange()?.reason.code, "drift-adopted");
    assert.equal(firstOf(running), 400);
    await running.agent.release(undefined);
    assert.equal(kernelHolds(), 400);
  });

  test("keeps its line on the list when released meanwhile", async () => {
    const { failed } = await running.agent.release(undefined);
    assert.equal(failed[0]?.reason.code, "write-pending");
    assert.equal(stage.leaseWorld.entries.length, 1);
  });
});

describe("a memory limit that another hand changed", () => {
  const codes = () => running.changes().map(({ reason, outcome }) => `${outcome} ${reason.code}`);
  const start = async (drift: "adopt" | "repair" | "hold") => {
    await running.agent.stop();
    running = stage.start({ drift });
    stage.clock.advance(3);
    await order(256);
    stage.host.writeMemMibByAnotherHand("/web", 512);
    stage.clock.advance(0.1);
    await settle();
  };

  test("is noticed within a sample and taken as its owner's wish", async () => {
    await start("adopt");
    assert.equal(codes().at(-1), "noticed drift-adopted");
    assert.match(running.lastChange()?.reason.text ?? "", /made 256 MiB into 512 MiB/);
    assert.equal(running.agent.hostObservation().mem.granted, 512);
    assert.deepEqual(running.agent.audit(), []);
    await running.agent.release(undefined);
    assert.equal(kernelHolds(), 512);
  });

  test("is written back where that is configured, three times a minute, then left alone", async () => {
    await start("repair");
    assert.equal(kernelHolds(), 256);
    assert.equal(codes().at(-1), "applied drift-repaired");
    for (const memMib of [512, 600, 700]) {
      stage.host.writeMemMibByAnotherHand("/web", memMib);
      stage.clock.advance(0.1);
      await settle();
    }
    assert.equal(kernelHolds(), 700);
    assert.equal(codes().at(-1), "noticed drift-held");
    assert.equal((await order(300))?.detail?.code, "drift-held");
  });

  test("is left alone where that is configured", async () => {
    await start("hold");
    assert.equal(codes().at(-1), "noticed drift-held");
    assert.equal((await order(300))?.detail?.code, "drift-held");
    assert.equal(kernelHolds(), 512);
  });

  test("holds memory alone: cpu is scaled on, until its own limit is changed", async () => {
    await stage.setMode("web", "auto");
    await start("hold");
    const held = () => running.agent.container(nameFor("web"))?.held;
    assert.deepEqual([held()?.cpu?.code, held()?.mem?.code], [undefined, "drift-held"]);
    assert.match(held()?.mem?.text ?? "", /256 MiB into 512 MiB.* until mem was out of auto/);
    assert.equal(running.give(stage.order("web", 150))?.outcome, "applied");
    await stage.setMode("web", "observe");
    stage.clock.advance(0.1);
    assert.equal(held()?.mem?.code, "drift-held");
    await stage.configure("web", { mode: "observe" }, "mem");
    stage.clock.advance(0.1);
    assert.equal(held()?.mem, undefined);
  });

  test("is not written back below what is in use, and held then", async () => {
    stage.host.setMemMibUsed("/web", 100);
    await running.agent.stop();
    running = stage.start({ drift: "repair" });
    stage.clock.advance(3);
    await order(256);
    stage.host.writeMemMibByAnotherHand("/web", 900);
    stage.host.setMemMibUsed("/web", 800);
    stage.clock.advance(0.1);
    await settle();
    assert.equal(kernelHolds(), 900);
    assert.equal(codes().at(-1), "noticed drift-held");
  });

  test("a moment before an order makes the order one of yesterday", async () => {
    await order(256);
    stage.host.writeMemMibByAnotherHand("/web", 512);
    assert.equal((await order(300))?.detail?.code, "stale-order");
    assert.equal(kernelHolds(), 512);
  });
});

describe("an agent that died with memory in hand", () => {
  const firstOf = (next: RunningAgent) => next.agent.container(nameFor("web"))?.facts.first.memMib;

  test("is followed by one that knows the first limit, also of a limit the kernel rounded", async () => {
    stage.memoryAnswer = async () => {
      const group = stage.host.open({ path: "/web" });
      if (group.ok) await group.value.writeMemMibLimit(256.246, 5);
      return { kind: "applied", memMib: 256.246 };
    };
    await order(256.25);
    running.crash();
    const next = stage.start();
    assert.equal(firstOf(next), null);
    stage.memoryAnswer = undefined;
    await next.agent.release(undefined);
    assert.equal(kernelHolds(), null);
  });

  for (const when of ["before", "after"] as const) {
    test(`${when} a second write is followed by one that puts the first limit back`, async () => {
      await order(256);
      stage.onStep = (step, at) => {
        if (step === "write" && at === when) running.crash();
      };
      await order(300);
      stage.onStep = () => undefined;
      const next = stage.start();
      assert.equal(firstOf(next), null);
      await next.agent.release(undefined);
      assert.equal(kernelHolds(), null);
    });
  }

  test("and whose journal is lost is followed by one that believes the restore list", async () => {
    await order(256);
    running.crash();
    stage.journal.forget(stage.order("web", 1).id);
    assert.equal(firstOf(stage.start()), null);
  });

  test("is followed by one that takes what another hand wrote meanwhile for its owner's", async () => {
    await order(256);
    running.crash();
    const group = stage.host.open({ path: "/web" });
    assert.ok(group.ok);
    await group.value.writeMemMibLimit(700, 5);
    assert.equal(firstOf(stage.start()), 700);
  });
});
