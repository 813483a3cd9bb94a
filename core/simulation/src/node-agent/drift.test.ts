import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;

beforeEach(async () => {
  stage = await AgentStage.set();
  stage.container("web", 200);
});

/** An agent that has squeezed the container to 80. */
async function squeeze(drift: "adopt" | "repair" | "hold"): Promise<RunningAgent> {
  const running = stage.start({ drift });
  await stage.configure("web", { mode: "auto", max: 400 });
  stage.clock.advance(3);
  assert.equal(running.give(stage.order("web", 80))?.outcome, "applied");
  return running;
}

const firstOf = (running: RunningAgent): CpuLimit | undefined =>
  running.agent.container(nameFor("web"))?.facts.first.cpu;
const writes = () => stage.steps.filter((step) => step === "write").length;

describe("a limit of ours that another hand changed", () => {
  for (const drift of ["adopt", "repair", "hold"] as const) {
    test(`is noticed before the next sample is over and told to all (${drift})`, async () => {
      const running = await squeeze(drift);
      const told = running.changes().length;
      stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
      stage.clock.advance(0.1);
      const change = running.changes()[told];
      assert.deepEqual(
        [change?.outcome, change?.reason.code],
        {
          adopt: ["noticed", "drift-adopted"],
          repair: ["applied", "drift-repaired"],
          hold: ["noticed", "drift-held"],
        }[drift],
      );
      assert.equal(stage.limitOf("web")?.quotaShares, drift === "repair" ? 80 : 150);
    });
  }

  test("is noticed with the next sample where the kernel ended its watch, or gave none", async () => {
    const noticed = (running: RunningAgent, quotaShares: number) => {
      const told = running.changes().length;
      stage.host.writeByAnotherHand("/web", { quotaShares });
      stage.clock.advance(0.1);
      return running.changes()[told]?.reason.code;
    };
    const running = await squeeze("adopt");
    stage.isWatchless = true;
    stage.endWatch();
    assert.equal(noticed(running, 150), "drift-adopted");
    stage.clock.advance(20);
    assert.equal(noticed(running, 160), "drift-adopted");
  });

  test("is watched for again once the kernel lets us", async () => {
    const running = await squeeze("adopt");
    stage.isWatchless = true;
    stage.endWatch();
    stage.clock.advance(20);
    let watches = 0;
    stage.onWatch = () => {
      watches += 1;
    };
    stage.isWatchless = false;
    stage.clock.advance(6);
    assert.equal(watches, 1);
    assert.equal(running.agent.containers().length, 1);
  });

  test("is noticed with the first sample that can read it, where it could not be read at once", async () => {
    const running = await squeeze("adopt");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.host.setUnreadable("/web", true);
    stage.clock.advance(1);
    stage.host.setUnreadable("/web", false);
    stage.clock.advance(0.1);
    assert.equal(running.lastChange()?.reason.code, "drift-adopted");
  });

  test("is repaired into the band its owner has moved since", async () => {
    await squeeze("repair");
    await stage.configure("web", { min: 100, max: 400 });
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(0.05);
    assert.equal(stage.limitOf("web")?.quotaShares, 100);
    await stage.configure("web", { min: 10, max: 60 });
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(0.05);
    assert.equal(stage.limitOf("web")?.quotaShares, 60);
  });

  test("in a pause is repaired with the first sample after it", async () => {
    const running = await squeeze("repair");
    await stage.registry.update({ isPausedAll: true }, "best-effort");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(1);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    await stage.registry.update({ isPausedAll: false }, "best-effort");
    stage.clock.advance(0.1);
    assert.equal(running.lastChange()?.reason.code, "drift-repaired");
    assert.equal(stage.limitOf("web")?.quotaShares, 80);
  });

  test("is the owner's wish from now on: policy starts anew from it and release keeps it", async () => {
    const running = await squeeze("adopt");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(0.1);
    assert.equal(running.notices().at(-1)?.kind, "start-anew");
    assert.equal(running.agent.hostObservation().cpu.granted, 150);
    assert.equal(running.give(stage.order("web", 90))?.outcome, "applied");
    await running.agent.release(undefined);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
  });

  test("leaves the owner's weight alone when a tool set the quota only", async () => {
    const running = await squeeze("adopt");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(0.1);
    assert.deepEqual(firstOf(running), { ...kernelDefaultCpuLimit, quotaShares: 150 });
    // Our weight is still on it, so it must stay on the restore list.
    assert.equal(stage.leaseWorld.entries.length, 1);
    await running.agent.stop();
    assert.deepEqual(stage.limitOf("web"), { ...kernelDefaultCpuLimit, quotaShares: 150 });
  });

  test("leaves the owner's quota alone when a tool set the weight only", async () => {
    const running = await squeeze("adopt");
    stage.host.writeByAnotherHand("/web", { weight: 50 });
    stage.clock.advance(0.1);
    assert.equal(firstOf(running)?.quotaShares, 200);
    await running.agent.release(undefined);
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
    assert.equal(stage.limitOf("web")?.weight, 50);
  });

  test("is off the restore list when nothing of ours is left on it", async () => {
    await squeeze("adopt");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150, weight: 100 });
    stage.clock.advance(0.1);
    assert.deepEqual(stage.leaseWorld.entries, []);
  });

  test("moves max with it where the owner set none through us", async () => {
    const running = stage.start();
    stage.clock.advance(1);
    stage.host.writeByAnotherHand("/web", { quotaShares: 300 });
    // Limits of what is only observed are looked at every 10 s.
    stage.clock.advance(10.1);
    assert.equal(stage.registry.settingsOf(nameFor("web"))?.resources.cpu.max, 300);
    assert.equal(running.lastChange()?.outcome, "noticed");
  });

  for (const drift of ["adopt", "repair", "hold"] as const) {
    test(`before it was in auto is known as soon as it is, and nobody's drift (${drift})`, async () => {
      const running = stage.start({ drift });
      stage.clock.advance(5);
      stage.host.writeByAnotherHand("/web", { quotaShares: 300 });
      await stage.setMode("web", "auto");
      stage.clock.advance(0.1);
      assert.equal(running.agent.hostObservation().cpu.granted, 300);
      assert.equal(stage.limitOf("web")?.quotaShares, 300);
      assert.equal(running.agent.container(nameFor("web"))?.held.cpu, undefined);
    });
  }

  test("refuses every order while held, until it was out of auto once", async () => {
    const running = await squeeze("hold");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(0.1);
    assert.equal(running.give(stage.order("web", 90))?.detail?.code, "drift-held");
    await stage.setMode("web", "observe");
    stage.clock.advance(0.1);
    await stage.setMode("web", "auto");
    stage.clock.advance(3);
    assert.equal(running.give(stage.order("web", 90))?.outcome, "applied");
  });

  test("held is not overwritten by release either", async () => {
    const running = await squeeze("hold");
    stage.host.writeByAnotherHand("/web", { quotaShares: 150, weight: 100 });
    stage.clock.advance(0.1);
    await running.agent.stop();
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
  });
});

describe("repair", () => {
  test("is tried three times a minute, then the container is held for good", async () => {
    const running = await squeeze("repair");
    const before = writes();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      stage.host.writeByAnotherHand("/web", { quotaShares: 150 + attempt });
      stage.clock.advance(1);
    }
    assert.equal(writes() - before, 3);
    assert.equal(running.agent.container(nameFor("web"))?.held.cpu?.code, "drift-held");
    stage.clock.advance(120);
    stage.host.writeByAnotherHand("/web", { quotaShares: 160 });
    stage.clock.advance(2);
    assert.equal(writes() - before, 3);
    assert.equal(stage.limitOf("web")?.quotaShares, 160);
  });

  test("of memory leaves what is in use by now, and a margin", async () => {
    const settle = async () => {
      for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
    };
    await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
    const running = stage.start({ drift: "repair" });
    stage.clock.advance(1);
    running.give(stage.order("web", { resource: "mem", memMib: 256 }));
    await settle();
    stage.host.setMemMibUsed("/web", 250);
    stage.clock.advance(5);
    stage.host.writeMemMibByAnotherHand("/web", 800);
    stage.clock.advance(0.1);
    await settle();
    const last = running.lastChange();
    assert.equal(last?.reason.code, "drift-repaired");
    assert.ok(typeof last.new === "number" && last.new >= 266, `${last.new} MiB`);
  });

  test("has three tries again a minute later", async () => {
    const running = await squeeze("repair");
    for (let minute = 0; minute < 3; minute += 1) {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
        stage.clock.advance(1);
        assert.equal(stage.limitOf("web")?.quotaShares, 80);
      }
      stage.clock.advance(60);
    }
    assert.equal(running.agent.container(nameFor("web"))?.held.cpu, undefined);
  });

  test("rests while paused, and comes when it is not any more", async () => {
    await squeeze("repair");
    await stage.registry.update({ isPausedAll: true }, "best-effort");
    const before = writes();
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(5);
    assert.equal(writes(), before);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    await stage.registry.update({ isPausedAll: false }, "best-effort");
    stage.clock.advance(10);
    assert.equal(stage.limitOf("web")?.quotaShares, 80);
  });

  test("never touches what is not in auto", async () => {
    stage.start({ drift: "repair" });
    stage.clock.advance(1);
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    stage.clock.advance(30);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    assert.equal(writes(), 0);
  });

  test("that the kernel refuses becomes a hold, with what the kernel holds known", async () => {
    const running = await squeeze("repair");
    const refusal = { code: "hierarchy", text: "no" } as const;
    stage.host.writeByAnotherHand("/web", { quotaShares: 150, weight: 30 });
    stage.onStep = (step, when) => {
      if (step === "write" && when === "before") stage.host.refuseNextWrites("/web", refusal, 2);
    };
    stage.clock.advance(0.2);
    const view = running.agent.container(nameFor("web"));
    assert.equal(view?.held.cpu?.code, "drift-held");
    assert.deepEqual(view?.limits.cpu, stage.limitOf("web"));
  });
});

test("a memory limit that another hand changed is the owner's wish", async () => {
  const running = stage.start();
  stage.clock.advance(1);
  const group = stage.host.open({ path: "/web" });
  assert.ok(group.ok);
  await group.value.writeMemMibLimit(512, 5);
  stage.clock.advance(11);
  assert.equal(running.lastChange()?.resource, "mem");
  assert.equal(running.agent.container(nameFor("web"))?.facts.first.memMib, 512);
  await running.agent.stop();
  assert.equal(group.value.readMemMibLimit(), 512);
});
