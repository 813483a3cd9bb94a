import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { cpuLimitOfShares } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;
let running: RunningAgent;

async function begin(drift: "adopt" | "repair" | "hold"): Promise<void> {
  stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.setMode("web", "auto");
  running = stage.start({ drift });
  stage.clock.advance(3);
  running.give(stage.order("web", 80));
}

beforeEach(() => begin("adopt"));

describe("after a standstill longer than the lease", () => {
  test("no order is applied before the limits were read anew", () => {
    stage.clock.stall(15);
    assert.equal(running.give(stage.order("web", 60))?.detail?.code, "lease-lapsed");
    assert.equal(stage.limitOf("web")?.quotaShares, 80);
    stage.clock.advance(0.1);
    assert.equal(running.give(stage.order("web", 60))?.outcome, "applied");
  });

  test("no limit is written when it was the journal that stood still", () => {
    stage.onStep = (step, when) => {
      if (step !== "intend" || when !== "before") return;
      stage.clock.stall(15);
      stage.restoreAsWatcher();
    };
    const grown = running.give(stage.order("web", 120));
    stage.onStep = () => undefined;
    assert.equal(grown?.detail?.code, "lease-lapsed");
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
    assert.equal(stage.steps.at(-1), "refused", "the journal has no line that is open");
    stage.clock.advance(0.1);
    assert.equal(running.give(stage.order("web", 60))?.outcome, "applied");
  });

  test("a first limit is put back all the same", async () => {
    stage.onStep = (step, when) => {
      if (step === "intend" && when === "before") stage.clock.stall(15);
    };
    await running.agent.release(undefined);
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
  });

  test("nothing is decided or sampled while the watcher is at work", () => {
    stage.leaseWorld.isRestoring = true;
    stage.clock.stall(15);
    const before = running.bus.published("usage").length;
    stage.clock.advance(5);
    assert.equal(running.bus.published("usage").length, before);
    assert.equal(running.give(stage.order("web", 60))?.detail?.code, "lease-lapsed");
    stage.restoreAsWatcher();
    stage.leaseWorld.isRestoring = false;
    stage.clock.advance(0.2);
    assert.ok(running.bus.published("usage").length > before);
  });

  for (const drift of ["adopt", "repair", "hold"] as const) {
    test(`what was put back meanwhile is the owner's and policy starts anew (${drift})`, async () => {
      await begin(drift);
      stage.clock.stall(15);
      stage.restoreAsWatcher();
      stage.clock.advance(0.1);
      assert.equal(stage.limitOf("web")?.quotaShares, 200);
      assert.equal(running.notices().at(-1)?.kind, "start-anew");
      assert.deepEqual(stage.leaseWorld.entries, []);
      const view = running.agent.container(nameFor("web"));
      assert.equal(view?.held.cpu, undefined);
      assert.equal(view?.facts.first.cpu?.weight, 100);
      assert.equal(running.give(stage.order("web", 60))?.outcome, "applied");
    });
  }

  test("limits that nobody put back stay ours", () => {
    stage.clock.stall(15);
    stage.clock.advance(0.1);
    assert.equal(stage.limitOf("web")?.quotaShares, 80);
    const view = running.agent.container(nameFor("web"));
    assert.equal(view?.facts.first.cpu?.quotaShares, 200);
    assert.equal(stage.leaseWorld.entries.length, 1);
  });
});

test("the lease is kept fresh by nothing but a running agent", () => {
  stage.clock.advance(60);
  assert.equal(running.give(stage.order("web", 70))?.outcome, "applied");
});

describe("an agent that follows one that died", () => {
  const firstKnown = (next: RunningAgent) => next.agent.container(nameFor("web"))?.facts.first.cpu;

  beforeEach(() => running.crash());

  test("knows the first limit of what is still in auto, and goes on from where it is", async () => {
    const next = stage.start();
    assert.equal(firstKnown(next)?.quotaShares, 200);
    assert.equal(stage.limitOf("web")?.quotaShares, 80);
    stage.clock.advance(3);
    assert.equal(next.give(stage.order("web", 60))?.outcome, "applied");
    await next.agent.stop();
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
    assert.equal(stage.limitOf("web")?.weight, 100);
  });

  test("does not take the limit it finds for the owner's max", () => {
    stage.start();
    assert.equal(stage.registry.settingsOf(nameFor("web"))?.resources.cpu.max, 200);
  });

  test("puts back what is not in auto any more", async () => {
    await stage.setMode("web", "observe");
    stage.start();
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
  });

  test("knows it from the list alone, when the journal is lost", () => {
    const { id } = stage.order("web", 1);
    stage.journal.forget(id);
    assert.equal(firstKnown(stage.start())?.quotaShares, 200);
  });

  test("knows it from the journal alone, when the list is lost", () => {
    stage.leaseWorld.entries = [];
    assert.equal(firstKnown(stage.start())?.quotaShares, 200);
    assert.equal(stage.leaseWorld.entries.length, 1);
  });

  test("takes another hand's limit, written meanwhile, for the owner's", async () => {
    stage.host.writeByAnotherHand("/web", { quotaShares: 130, weight: 70 });
    const next = stage.start();
    assert.equal(firstKnown(next)?.quotaShares, 130);
    assert.deepEqual(stage.leaseWorld.entries, []);
    await next.agent.stop();
    assert.equal(stage.limitOf("web")?.quotaShares, 130);
  });

  test("takes half of it for ours when another hand wrote the other half", () => {
    stage.host.writeByAnotherHand("/web", { quotaShares: 130 });
    const first = firstKnown(stage.start());
    assert.deepEqual([first?.quotaShares, first?.weight], [130, 100]);
  });

  test("leaves no stale line on the list when all was put back before", () => {
    stage.restoreAsWatcher();
    const next = stage.start();
    assert.equal(firstKnown(next)?.quotaShares, 200);
    assert.deepEqual(stage.leaseWorld.entries, []);
  });

  test("never mistakes a restarted container for the one before", () => {
    stage.host.removeGroup("/web");
    stage.container("web", 120);
    assert.equal(firstKnown(stage.start())?.quotaShares, 120);
  });

  test("knows it still when the limit could not be read at first", async () => {
    stage.host.setUnreadable("/web", true);
    const next = stage.start();
    stage.clock.advance(1);
    stage.host.setUnreadable("/web", false);
    stage.clock.advance(2);
    stage.clock.advance(10);
    assert.equal(firstKnown(next)?.quotaShares, 200);
    await next.agent.stop();
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
  });

  test("is not misled by a limit we wrote before a release, when its owner chose the same", async () => {
    stage.isJournalForgetful = false;
    const second = stage.start();
    await second.agent.release(undefined);
    stage.host.writeByAnotherHand("/web", { quotaShares: 80 });
    second.crash();
    assert.equal(firstKnown(stage.start())?.quotaShares, 80);
  });

  test("is not misled by a limit we wrote before its owner's, when its owner chose the same", () => {
    const second = stage.start();
    for (const quotaShares of [150, 80]) {
      stage.host.writeByAnotherHand("/web", { quotaShares, weight: 100 });
      stage.clock.advance(0.2);
    }
    second.crash();
    assert.equal(firstKnown(stage.start())?.quotaShares, 80);
  });

  test("knows ours of before a shrink that never came, though the journal was full for it", () => {
    const second = stage.start();
    stage.clock.advance(3);
    stage.journal.isFull = true;
    second.give(stage.order("web", 120));
    stage.journal.isFull = false;
    stage.onStep = (step, when) => {
      if (step === "write" && when === "before") second.crash();
    };
    second.give(stage.order("web", 100));
    assert.equal(stage.limitOf("web")?.quotaShares, 120);
    stage.onStep = () => undefined;
    assert.equal(firstKnown(stage.start())?.quotaShares, 200);
  });

  test("knows a limit as ours that the kernel rounded", async () => {
    await stage.configure("web", { min: 0.1 });
    const second = stage.start();
    stage.clock.advance(3);
    second.give(stage.order("web", 0.4));
    assert.equal(stage.limitOf("web")?.quotaShares, 1);
    second.crash();
    assert.equal(firstKnown(stage.start())?.quotaShares, 200);
  });

  const halves = [
    { what: "the quota alone", half: { quotaShares: 60 } },
    { what: "the weight alone", half: { weight: 60 } },
    { what: "no quota, on the way to another period", half: { quotaShares: null } },
  ];
  for (const { what, half } of halves) {
    test(`knows the first limit when it died with ${what} written`, () => {
      const second = stage.start();
      stage.clock.advance(3);
      stage.onStep = (step, when) => {
        if (step === "write" && when === "before") second.crash();
      };
      const limit = cpuLimitOfShares(60, 500);
      second.give(stage.order("web", { resource: "cpu", limit }));
      // As the dying process would have.
      stage.host.writeByAnotherHand("/web", half);
      stage.onStep = () => undefined;
      const first = firstKnown(stage.start());
      assert.deepEqual([first?.quotaShares, first?.weight], [200, 100]);
    });
  }
});
