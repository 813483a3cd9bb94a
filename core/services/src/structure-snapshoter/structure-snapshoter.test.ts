import assert from "node:assert/strict";
import { test } from "node:test";
import { nameFor, resourcesFor, settingsFor } from "@sc/domain/testing";
import type { AgentContainerView } from "@sc/ports";
import { FakeBus } from "@sc/ports/testing";
import { containerCalled } from "../orchestrator/orchestrator-fixture.ts";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { StructureSnapshoter } from "./structure-snapshoter.ts";

function snapshoterOf(containers: readonly AgentContainerView[]) {
  const bus = new FakeBus();
  const clock = new TickingClock();
  const settings = { isActive: true, everySeconds: 1 };
  const agent = { host: "host1", containers: () => containers };
  const known = new Set(containers.map(({ facts }) => facts.name));
  const snapshoter = new StructureSnapshoter({
    agent,
    bus,
    clock,
    log: new KeptLog(),
    registry: {
      settingsOf: (name) =>
        known.has(name)
          ? {
              isPaused: false,
              resources: resourcesFor({
                cpu: settingsFor(),
                mem: settingsFor({ mode: "observe", min: 64, max: 1000 }),
              }),
            }
          : undefined,
    },
    settings: () => settings,
    timers: clock,
  });
  return { agent, bus, clock, known, settings, snapshoter };
}

test("a snapshot says what is applied and used, with the thresholds under the limit of now", () => {
  const { bus, clock, snapshoter } = snapshoterOf([
    containerCalled("web", { cpuUsedSeconds: 12.5, throttledSeconds: undefined }),
  ]);
  snapshoter.start();
  clock.tick();
  const [snapshot] = bus.published("structures");
  assert.equal(snapshot?.host, "host1");
  assert.equal(snapshot?.at, 1001);
  const [web] = snapshot?.structures ?? [];
  assert.deepEqual(web?.resources, {
    cpu: { mode: "auto", min: 50, max: 300, current: 200, used: 40, upper: 170, lower: 140 },
    mem: { mode: "observe", min: 64, max: 1000, current: null, used: 100, upper: 900, lower: 800 },
  });
  assert.equal(web?.cpuUsedSeconds, 12.5);
  assert.equal(web?.throttledSeconds, undefined);
  assert.equal(web?.accounting.cpu.allocated, 1000);
});

test("what is not known of a limit is left out, and so are its thresholds", () => {
  const limits = { cpu: undefined, memMib: undefined };
  const { bus, clock, snapshoter } = snapshoterOf([containerCalled("web", { limits })]);
  snapshoter.start();
  clock.tick();
  const cpu = bus.published("structures")[0]?.structures[0]?.resources.cpu;
  assert.deepEqual([cpu?.current, cpu?.upper, cpu?.lower], [undefined, undefined, undefined]);
});

test("a container whose settings are not known yet waits for the next snapshot", () => {
  const { bus, clock, known, snapshoter } = snapshoterOf([
    containerCalled("web"),
    containerCalled("db"),
  ]);
  known.delete(nameFor("db"));
  snapshoter.start();
  clock.tick();
  known.add(nameFor("db"));
  clock.tick();
  const counts = bus.published("structures").map(({ structures }) => structures.length);
  assert.deepEqual(counts, [1, 2]);
});

test("an agent that fails is shown, and snapshots go on when it is well again", async () => {
  const { agent, bus, clock, snapshoter } = snapshoterOf([containerCalled("web")]);
  const { containers } = agent;
  agent.containers = () => {
    throw new Error("the agent is gone");
  };
  snapshoter.start();
  clock.tick();
  assert.equal(snapshoter.health().status, "failing");
  agent.containers = containers;
  clock.tick();
  assert.equal(snapshoter.health().status, "running");
  assert.equal(bus.published("structures").length, 1);
  await snapshoter.stop();
  assert.equal(snapshoter.health().status, "stopped");
});
