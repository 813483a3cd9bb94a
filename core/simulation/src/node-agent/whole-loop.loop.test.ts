import assert from "node:assert/strict";
import { test } from "node:test";
import { type BrakeSettings, defaultBrakeSettings } from "@sc/domain";
import { nameFor, rulesOnly } from "@sc/domain/testing";
import { Guardian, Scaler } from "@sc/services";
import { steady } from "../demand/demand.ts";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const silentLog = { info: () => {}, warn: () => {}, error: () => {} };
const quick: Partial<BrakeSettings> = {
  learningSeconds: 0,
  settleSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkPerWindowPercent: 100,
  hostShrinksPerMinuteAfterStart: 1000,
};

/** Agent, guardian and scaler as they run beside each other on a host. */
function startLoop(stage: AgentStage, brakes: Partial<BrakeSettings> = quick): RunningAgent {
  const running = stage.prepare();
  const { clock, registry } = stage;
  const policies = rulesOnly();
  const common = { bus: running.bus, clock, log: silentLog, registry };
  new Scaler({ ...common, brakes: () => ({ ...defaultBrakeSettings, ...brakes }) }).start();
  new Guardian({ ...common, policies: () => policies }).start();
  running.agent.start();
  return running;
}

async function oneContainer(brakes?: Partial<BrakeSettings>) {
  const stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.setMode("web", "auto");
  return { stage, running: startLoop(stage, brakes) };
}

const sharesOf = (stage: AgentStage, name = "web"): number =>
  stage.limitOf(name)?.quotaShares ?? Number.POSITIVE_INFINITY;

test("an idle container is squeezed once it was watched long enough, and not before", async () => {
  const { stage } = await oneContainer({});
  stage.clock.advance(299);
  assert.equal(sharesOf(stage), 200);
  stage.clock.advance(30);
  assert.equal(sharesOf(stage), 100);
});

test("a step in usage has its limit within two samples, and its work is done at once", async () => {
  const { stage } = await oneContainer();
  stage.clock.advance(10);
  assert.ok(sharesOf(stage) < 60, `${sharesOf(stage)}`);
  stage.host.setDemand("/web", steady(1.2));
  stage.clock.advance(0.2);
  assert.ok(sharesOf(stage) >= 120, `${sharesOf(stage)}`);
  stage.clock.advance(5);
  assert.ok(stage.host.backlogCoreSeconds("/web") < 0.2);
});

test("under a steady demand the limit settles above it and is not written any more", async () => {
  const { stage, running } = await oneContainer();
  stage.host.setDemand("/web", steady(0.6));
  stage.clock.advance(20);
  const settled = running.changes().length;
  stage.clock.advance(60);
  assert.equal(running.changes().length, settled);
  assert.ok(sharesOf(stage) > 60 && sharesOf(stage) < 120, `${sharesOf(stage)}`);
});

test("what is only observed is never written, however idle it is", async () => {
  const stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.setMode("web", "recommend");
  const running = startLoop(stage);
  stage.clock.advance(30);
  assert.equal(stage.cpuWrites, 0);
  assert.ok(running.bus.published("requests").length > 0);
});

test("a pause stops every write, and the loop goes on after it", async () => {
  const { stage } = await oneContainer();
  await stage.registry.update({ isPausedAll: true }, "best-effort");
  stage.clock.advance(20);
  assert.equal(stage.cpuWrites, 0);
  await stage.registry.update({ isPausedAll: false }, "best-effort");
  stage.clock.advance(20);
  assert.ok(sharesOf(stage) < 60);
});

test("more demand than the host has is never granted more than it has", async () => {
  const stage = await AgentStage.set({ cores: 4 });
  const names = ["a", "b", "c", "d"];
  for (const name of names) {
    stage.container(name, 50, { demand: steady(2) });
    await stage.configure(name, { mode: "auto", max: 400 });
  }
  const running = startLoop(stage);
  for (let second = 0; second < 20; second += 1) {
    stage.clock.advance(1);
    const { granted, total } = running.agent.hostObservation().cpu;
    assert.ok(granted <= total * 0.9 + 1e-9, `${granted} granted`);
  }
  const granted = names.reduce((sum, name) => sum + sharesOf(stage, name), 0);
  assert.ok(granted > 350, `${granted} granted in the end`);
});

test("a frozen container is left alone", async () => {
  const { stage } = await oneContainer();
  stage.host.setDemand("/web", steady(1));
  stage.clock.advance(10);
  const before = sharesOf(stage);
  stage.host.setFrozen("/web", true);
  stage.clock.advance(0.2);
  const writes = stage.cpuWrites;
  stage.clock.advance(20);
  assert.ok(stage.cpuWrites - writes <= 2, "the window in which it froze may still count");
  assert.ok(sharesOf(stage) <= before);
  stage.host.setFrozen("/web", false);
  stage.clock.advance(10);
  assert.ok(sharesOf(stage) >= 100, `${sharesOf(stage)}`);
});

test("the owner's new limit is where policy goes on from, and what stop puts back", async () => {
  const { stage, running } = await oneContainer();
  stage.clock.advance(10);
  stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
  stage.clock.advance(0.05);
  assert.equal(stage.registry.settingsOf(nameFor("web"))?.resources.cpu.max, 150);
  stage.clock.advance(20);
  assert.ok(sharesOf(stage) < 60);
  await running.agent.stop();
  assert.equal(sharesOf(stage), 150);
});

test("a server that is started anew takes no more of ten minutes than one alone might", async () => {
  const { stage, running } = await oneContainer({});
  stage.clock.advance(340);
  assert.equal(sharesOf(stage), 100);
  running.crash();
  startLoop(stage, {});
  // Watched long enough by itself, and what went before is not over yet.
  stage.clock.advance(590);
  assert.equal(sharesOf(stage), 100);
  stage.clock.advance(40);
  assert.equal(sharesOf(stage), 50);
});

test("an agent that died is followed by one that goes on, and nothing of the owner's is lost", async () => {
  const { stage, running } = await oneContainer();
  stage.clock.advance(10);
  const squeezed = sharesOf(stage);
  running.crash();
  stage.host.setDemand("/web", steady(1.5));
  stage.clock.advance(5);
  assert.equal(sharesOf(stage), squeezed);
  const next = startLoop(stage);
  stage.clock.advance(5);
  assert.ok(sharesOf(stage) >= 150, `${sharesOf(stage)}`);
  await next.agent.stop();
  assert.equal(sharesOf(stage), 200);
});
