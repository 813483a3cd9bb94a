import assert from "node:assert/strict";
import { test } from "node:test";
import { type BrakeSettings, defaultBrakeSettings } from "@sc/domain";
import { nameFor, rulesOnly } from "@sc/domain/testing";
import { type AgentOptions, Guardian, Scaler } from "@sc/services";
import type { SimulatedHostOptions } from "../host/simulated-host.ts";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const silentLog = { info: () => {}, warn: () => {}, error: () => {} };
const noBrakes: BrakeSettings = {
  ...defaultBrakeSettings,
  learningSeconds: 0,
  settleSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkPerWindowPercent: 100,
  hostShrinksPerMinuteAfterStart: 1000,
};

/** A container of 1 GiB whose memory is in auto, and all that moves its limit. */
async function oneContainer(
  usedMib = 0,
  options: Partial<AgentOptions> = {},
  host: Partial<SimulatedHostOptions> = {},
) {
  const stage = await AgentStage.set(host);
  stage.container("web", 200);
  stage.host.setMemMibUsed("/web", usedMib);
  await stage.configure("web", { mode: "auto", min: 64, max: 1024 }, "mem");
  const running = stage.prepare(options);
  const policies = rulesOnly();
  const common = { bus: running.bus, clock: stage.clock, log: silentLog, registry: stage.registry };
  const scaler = new Scaler({ ...common, brakes: () => noBrakes });
  scaler.start();
  new Guardian({ ...common, policies: () => policies }).start();
  running.agent.start();
  return { stage, running, scaler };
}

/** Time passes in small steps, in between which promises go on: writes of memory are theirs. */
async function pass(stage: AgentStage, seconds: number, during?: (second: number) => void) {
  for (let step = 1; step <= Math.round(seconds / 0.1); step += 1) {
    during?.(step * 0.1);
    stage.clock.advance(0.1);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

const limitOf = (stage: AgentStage): number => {
  const group = stage.host.open({ path: "/web" });
  return (group.ok ? group.value.readMemMibLimit() : undefined) ?? Number.POSITIVE_INFINITY;
};
const killsOf = (stage: AgentStage): number => {
  const group = stage.host.open({ path: "/web" });
  return (group.ok ? group.value.readMemoryKills() : undefined) ?? Number.NaN;
};
const memChanges = (running: RunningAgent) =>
  running.changes().filter(({ resource }) => resource === "mem");

test("an idle container's memory limit comes down to what it uses, and stays", async () => {
  const { stage, running } = await oneContainer(200);
  await pass(stage, 30);
  assert.ok(limitOf(stage) > 300 && limitOf(stage) < 400, `${limitOf(stage)}`);
  const changes = memChanges(running).length;
  await pass(stage, 30);
  assert.equal(memChanges(running).length, changes);
  assert.equal(stage.limitOf("web")?.quotaShares, 200);
});

test("page cache is no use that keeps a limit up, and is given back", async () => {
  const { stage } = await oneContainer(100);
  stage.host.setMemMibCached("/web", 800);
  await pass(stage, 30);
  assert.ok(limitOf(stage) < 300, `${limitOf(stage)}`);
});

test("growth of 100 MiB a second meets a higher limit each time, and no kill", async () => {
  const { stage } = await oneContainer(100);
  await pass(stage, 30);
  assert.ok(limitOf(stage) < 300);
  await pass(stage, 8, (second) => stage.host.setMemMibUsed("/web", 100 + second * 100));
  assert.equal(killsOf(stage), 0);
  assert.equal(limitOf(stage), 1024);
});

test("a limit is not lowered while what is in use grows towards it", async () => {
  const { stage, running } = await oneContainer();
  await pass(stage, 10, (second) => stage.host.setMemMibUsed("/web", 500 + second * 40));
  for (const { old, new: limit } of memChanges(running)) {
    assert.ok((limit ?? 0) >= 500, `${old} to ${limit}`);
  }
  assert.equal(killsOf(stage), 0);
});

test("after a kill the limit goes to the safe limit and is held there", async () => {
  const { stage, scaler } = await oneContainer(100);
  await pass(stage, 30);
  assert.ok(limitOf(stage) < 300);
  // More at once than any margin holds.
  stage.host.setMemMibUsed("/web", 2000);
  assert.equal(killsOf(stage), 1);
  await pass(stage, 5);
  assert.equal(limitOf(stage), 1024);
  const brakes = scaler.brakesOf(nameFor("web"), "mem");
  assert.deepEqual(
    brakes.inForce.map(({ code }) => code),
    ["held-after-kill"],
  );
  await pass(stage, 60);
  assert.equal(limitOf(stage), 1024);
});

test("where tasks wait at the limit, no growth is so fast that the kernel kills", async () => {
  const { stage, running } = await oneContainer(100, { oomControl: true });
  await pass(stage, 30);
  assert.ok(limitOf(stage) < 300);
  // More at once than any margin holds.
  stage.host.setMemMibUsed("/web", 900);
  await pass(stage, 2);
  assert.equal(killsOf(stage), 0);
  assert.ok(limitOf(stage) >= 900, `${limitOf(stage)}`);
  assert.equal(running.agent.container(nameFor("web"))?.memMibUsed, 900);
});

test("what waits gets its memory also when the policy is slow to ask for it", async () => {
  const { stage } = await oneContainer(100, { oomControl: true });
  await pass(stage, 30);
  await stage.configure("web", { boundary: { percent: 0, of: "max" } }, "mem");
  stage.host.setMemMibUsed("/web", 900);
  await pass(stage, 2);
  assert.equal(killsOf(stage), 0);
  assert.ok(limitOf(stage) >= 900, `${limitOf(stage)}`);
});

test("where the limit brakes, what waits gets more between two ticks, and nothing is killed", async () => {
  const { stage, running } = await oneContainer(100, {}, { isMemoryBraked: true });
  await pass(stage, 30);
  const before = limitOf(stage);
  assert.ok(before < 300);
  const usage = running.bus;
  let only = 0;
  usage.subscribe("usage", ({ samples }) => {
    only += samples.filter((sample) => sample.only === "mem").length;
  });
  stage.host.setMemMibUsed("/web", 900);
  // Far less than a tick.
  stage.clock.advance(0.001);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  assert.ok(only >= 1);
  assert.ok(limitOf(stage) > before, `${limitOf(stage)}`);
  await pass(stage, 2);
  assert.equal(killsOf(stage), 0);
  assert.ok(limitOf(stage) >= 900, `${limitOf(stage)}`);
  assert.equal(running.agent.container(nameFor("web"))?.memMibUsed, 900);
});

test("page cache that meets a limit that brakes is no reason for a larger one", async () => {
  const { stage, running } = await oneContainer(100, {}, { isMemoryBraked: true });
  await pass(stage, 30);
  const before = limitOf(stage);
  stage.host.setMemMibCached("/web", 2000);
  await pass(stage, 5);
  assert.equal(limitOf(stage), before);
  assert.ok((running.agent.container(nameFor("web"))?.memMibUsed ?? 0) <= 100);
});

test("what needs more than its max is killed there, as a fixed limit would have it", async () => {
  const { stage, running } = await oneContainer(100, { oomControl: true });
  await pass(stage, 30);
  stage.host.setMemMibUsed("/web", 2000);
  await pass(stage, 3);
  assert.equal(limitOf(stage), 1024);
  assert.equal(killsOf(stage), 1);
  const off = memChanges(running).find((change) => change.reason.code === "memory-wait-off");
  assert.match(off?.reason.text ?? "", /at its max/);
});

test("memory in auto alone leaves cpu in observe and unwritten", async () => {
  const { stage, running } = await oneContainer();
  await pass(stage, 20);
  assert.equal(stage.cpuWrites, 0);
  assert.ok(memChanges(running).length > 0);
});

test("what memory was used, allocated and reserved is summed in MiB-seconds", async () => {
  const { stage, running } = await oneContainer(200);
  await pass(stage, 60);
  const { mem } = running.agent.container(nameFor("web"))?.accounting ?? {};
  assert.ok(mem !== undefined);
  assert.ok(Math.abs(mem.used - 200 * 60) < 200, `${mem.used}`);
  assert.ok(Math.abs(mem.reserved - 1024 * 60) < 1100, `${mem.reserved}`);
  assert.ok(mem.allocated > mem.used && mem.allocated < mem.reserved * 0.6, `${mem.allocated}`);
});

test("the host's book of memory has what is in auto, and what else is used is taken off", async () => {
  const { stage, running } = await oneContainer(200);
  await pass(stage, 5);
  const { mem } = running.agent.hostObservation();
  assert.equal(mem.total, 8192);
  assert.equal(mem.granted, limitOf(stage));
  // 8192 less the reserve of 2048 less the 3896 that are used outside.
  assert.ok(Math.abs(mem.grantable - 2248) < 50, `${mem.grantable}`);
});

test("an audit finds nothing where ledger, state and kernel agree, and what another hand wrote", async () => {
  const { stage, running } = await oneContainer();
  await pass(stage, 20);
  assert.deepEqual(running.agent.audit(), []);
  const group = stage.host.open({ path: "/web" });
  assert.ok(group.ok);
  await group.value.writeMemMibLimit(900, 5);
  assert.deepEqual(
    running.agent.audit().map(({ structure, resource }) => [structure, resource]),
    [["web", "mem"]],
  );
});
