import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { FakeLease } from "@sc/ports/testing";
import { completeRestoreList } from "@sc/services";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;
let running: RunningAgent;
const log = { info: () => {}, warn: () => {}, error: () => {} };

beforeEach(async () => {
  stage = await AgentStage.set();
  for (const name of ["web", "db"]) {
    stage.container(name, 200);
    await stage.setMode(name, "auto");
    await stage.configure(name, { mode: "auto", min: 64, max: 1024 }, "mem");
  }
  running = stage.start();
  stage.clock.advance(3);
  running.give(stage.order("web", 80), stage.order("web", { resource: "mem", memMib: 256 }));
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  running.crash();
});

function complete(): void {
  const { clock, host, journal, leaseWorld } = stage;
  const lease = new FakeLease(leaseWorld);
  const finders = [host.finder("lxc")];
  completeRestoreList({ cgroups: host, clock, finders, journal, lease, log });
}

const onTheList = () =>
  stage.leaseWorld.entries.map(({ resource, folder }) => `${resource} ${folder}`).toSorted();

describe("a restore list", () => {
  test("that is lost is made again from the journal, of what is still as it was written", () => {
    const before = structuredClone(stage.leaseWorld.entries);
    assert.equal(before.length, 2);
    stage.leaseWorld.entries = [];
    complete();
    assert.deepEqual(stage.leaseWorld.entries, before);
  });

  test("does not get what another hand wrote meanwhile", () => {
    stage.leaseWorld.entries = [];
    stage.host.writeMemMibByAnotherHand("/web", 700);
    complete();
    assert.deepEqual(onTheList(), ["cpu /simulated/cpu/web"]);
  });

  test("leaves the quota that another hand wrote, and puts back the weight beside it", () => {
    stage.leaseWorld.entries = [];
    stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
    complete();
    const group = stage.host.open({ path: "/web" });
    assert.ok(group.ok);
    const { cpu } = group.value.limitsOfEntries(stage.leaseWorld.entries);
    const first = running.agent.container(nameFor("web"))?.facts.first.cpu;
    assert.deepEqual([cpu?.quotaShares, cpu?.weight], [150, first?.weight]);
  });

  test("that is whole stays as it is, whatever the journal says", () => {
    const before = structuredClone(stage.leaseWorld.entries);
    complete();
    assert.deepEqual(stage.leaseWorld.entries, before);
  });

  test("gets nothing of a container that was made anew under its name, nor without a journal", () => {
    stage.leaseWorld.entries = [];
    stage.host.removeGroup("/web");
    stage.container("web", 80);
    complete();
    assert.deepEqual(onTheList(), []);
  });
});
