import assert from "node:assert/strict";
import { test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { ContainerDeclaration } from "@sc/ports";
import { FakeHostProbe } from "@sc/ports/testing";
import { AgentAdmission, CatalogueDesk } from "@sc/services";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const web = nameFor("web");
const agentAddress = { address: "127.0.0.1", port: 8000 };

const container: ContainerDeclaration = {
  host: "host1",
  agent: agentAddress,
  isGuarded: true,
  resources: {
    cpu: { min: 50, max: 300, current: 120, isGuarded: true },
    mem: { min: 256, max: 2048, current: 1024, isGuarded: false },
  },
};

/** A desk in the process of the agent: with it, it ends. */
async function deskBeside(stage: AgentStage, running: RunningAgent): Promise<CatalogueDesk> {
  const { agent } = running;
  const { registry, store } = stage;
  const inner = new AgentAdmission({ agent, registry });
  const ends = <Value>(value: Value): Value | Promise<never> =>
    running.isDead ? new Promise<never>(() => {}) : value;
  const desk = new CatalogueDesk({
    log: { info: () => {}, warn: () => {}, error: () => {} },
    store,
    registry,
    admission: {
      admit: async (...asked) => ends(await inner.admit(...asked)),
      undo: async (...asked) => ends(await inner.undo(...asked)),
      leave: (...asked) => inner.leave(...asked),
    },
    container: (name) => agent.container(name),
    cores: () => [],
    isLocalHost: () => true,
    probe: new FakeHostProbe(),
  });
  const loaded = await store.load();
  assert.ok(loaded.ok);
  desk.take(loaded.value);
  return desk;
}

async function settle(stage: AgentStage): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    stage.clock.advance(0.1);
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
  }
}

async function stageWithHost() {
  const stage = await AgentStage.set();
  stage.container("web", 200);
  const running = stage.start();
  await settle(stage);
  const desk = await deskBeside(stage, running);
  const host = { agent: agentAddress, placement: "shared", disks: [] } as const;
  const declared = await desk.declareHost("host1", { ...host, resources: { cpu: { max: 800 } } });
  assert.ok(declared.ok);
  return { stage, running, desk };
}

const limitsOf = (stage: AgentStage) => {
  const group = stage.host.open({ path: "/web" });
  assert.ok(group.ok);
  return [group.value.readCpuLimit()?.quotaShares, group.value.readMemMibLimit()];
};

test("a container is subscribed through the agent, and is as it was once it has left", async () => {
  const { stage, running, desk } = await stageWithHost();
  const asked = desk.subscribe("web", container);
  await settle(stage);
  assert.ok((await asked).ok);
  assert.deepEqual(limitsOf(stage), [120, 1024]);
  assert.equal(stage.registry.settingsOf(web)?.resources.cpu.mode, "auto");
  running.give(stage.order("web", 90));
  assert.equal(stage.limitOf("web")?.quotaShares, 90);
  const leaving = desk.desubscribe("web");
  await settle(stage);
  assert.ok((await leaving).ok);
  assert.deepEqual(limitsOf(stage), [120, 1024]);
  assert.deepEqual(running.agent.audit(), []);
});

test("a process that dies at any step of the agent leaves nothing of a subscription", async () => {
  let isOver = false;
  let deaths = 0;
  for (let steps = 1; !isOver && steps < 60; steps += 1) {
    const { stage, running, desk } = await stageWithHost();
    let taken = 0;
    stage.onStep = () => {
      taken += 1;
      if (taken === steps) running.crash();
    };
    void desk.subscribe("web", container);
    for (let turn = 0; turn < 10; turn += 1) {
      stage.clock.advance(0.05);
      for (let step = 0; step < 20; step += 1) await Promise.resolve();
    }
    stage.onStep = () => undefined;
    if (desk.containers().length === 1) {
      isOver = true;
      continue;
    }
    running.crash();
    deaths += 1;
    stage.restoreAsWatcher();
    const again = stage.start();
    await settle(stage);
    const next = await deskBeside(stage, again);
    const undoing = next.undoUnfinished();
    await settle(stage);
    await undoing;
    assert.deepEqual(next.problems(), []);
    assert.deepEqual(next.containers(), []);
    assert.deepEqual(limitsOf(stage), [200, null], `after ${steps} steps`);
    assert.equal(stage.registry.storedOf(web), undefined);
    assert.deepEqual(again.agent.audit(), []);
  }
  assert.ok(isOver && deaths > 3, `${deaths} deaths`);
});
