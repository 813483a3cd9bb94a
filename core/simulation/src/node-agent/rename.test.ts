import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;
let running: RunningAgent;

const namesOf = () => running.agent.containers().map(({ facts }) => String(facts.name));
const quota = () => stage.limitOf("web")?.quotaShares;
const granted = () => running.agent.hostObservation().cpu.granted;

async function pass(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    stage.clock.advance(1);
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  }
}

beforeEach(async () => {
  stage = await AgentStage.set();
  stage.container("web", 200);
  await stage.setMode("web", "auto");
  running = stage.start();
  await pass(3);
  running.give(stage.order("web", 80));
  assert.equal(quota(), 80);
});

describe("a container that is renamed while it runs", () => {
  const rename = (name: string) => stage.host.renameContainer("/web", "lxc", name);

  test("is one container, by its new name alone", async () => {
    rename("shop");
    await pass(1);
    assert.deepEqual(namesOf(), ["shop"]);
    const kinds = running.notices().map(({ kind }) => kind);
    assert.deepEqual(kinds.slice(-2), ["gone", "appeared"]);
  });

  test("is given back what it had before we came, where its new name is in nobody's hand", async () => {
    rename("shop");
    await pass(6);
    assert.equal(quota(), 200);
    assert.equal(granted(), 0);
  });

  test("stays in hand where its new name is in auto, with the first limit it had", async () => {
    await stage.configure("shop", { mode: "auto" });
    rename("shop");
    await pass(6);
    assert.deepEqual([quota(), granted()], [80, 80]);
    const first = running.agent.container(nameFor("shop"))?.facts.first.cpu?.quotaShares;
    assert.equal(first, 200);
  });

  test("may change names with another", async () => {
    stage.container("db", 300);
    await pass(6);
    rename("db");
    stage.host.renameContainer("/db", "lxc", "web");
    await pass(1);
    const firstOf = (name: string) =>
      running.agent.container(nameFor(name))?.facts.first.cpu?.quotaShares;
    assert.deepEqual([firstOf("db"), firstOf("web")], [200, 300]);
  });
});
