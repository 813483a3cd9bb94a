import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerLimits, Result } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import type { OwnersRefusal } from "@sc/ports";
import { AgentStage } from "./agent-fixture.ts";

const web = nameFor("web");

async function stageWithWeb() {
  const stage = await AgentStage.set();
  stage.container("web", 200, { limit: { quotaShares: 200 } });
  const control = stage.rates.give("web", { disk_read: 100 });
  const running = stage.start();
  await settle(stage);
  return { stage, control, running };
}

async function settle(stage: AgentStage, seconds = 1): Promise<void> {
  stage.clock.advance(seconds);
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}

const codeOf = (answer: Result<ContainerLimits, OwnersRefusal>) =>
  answer.ok ? "ok" : answer.error.code;

const memLimitOf = (stage: AgentStage) => {
  const group = stage.host.open({ path: "/web" });
  return group.ok ? group.value.readMemMibLimit() : undefined;
};

/** What the kernel answers later comes while virtual time moves. */
async function answered<Value>(stage: AgentStage, asked: Promise<Value>): Promise<Value> {
  let isOver = false;
  const value = asked.finally(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 100 && !isOver; turn += 1) await settle(stage, 0.1);
  return value;
}

describe("limits that their owner sets through the agent", () => {
  test("are all in force, are the first limits, and need no lease", async () => {
    const { stage, control, running } = await stageWithWeb();
    const wish = { cpuShares: 150, memMib: 512, rates: { disk_read: 40 } };
    const answer = await answered(stage, running.agent.setOwnersLimits(web, wish));
    assert.equal(codeOf(answer), "ok");
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    assert.deepEqual([memLimitOf(stage), control.kernel.disk_read], [512, 40]);
    const first = running.agent.container(web)?.facts.first;
    assert.deepEqual(
      [first?.cpu?.quotaShares, first?.memMib, first?.rates?.disk_read],
      [150, 512, 40],
    );
    assert.deepEqual(stage.readList(), []);
    const people = running.changes().filter(({ author }) => author.kind === "person");
    assert.equal(people.length, 3);
  });

  test("are what a stop leaves", async () => {
    const { stage, running } = await stageWithWeb();
    await answered(stage, running.agent.setOwnersLimits(web, { cpuShares: 150 }));
    await running.agent.stop();
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
  });

  test("are none of them set when one is refused", async () => {
    const { stage, control, running } = await stageWithWeb();
    control.onWrite = () =>
      Promise.resolve({ kind: "refused", refusal: { code: "invalid", text: "no" } });
    const wish = { cpuShares: 150, memMib: 512, rates: { disk_read: 40 } };
    const answer = await answered(stage, running.agent.setOwnersLimits(web, wish));
    assert.equal(codeOf(answer), "refused");
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
    assert.equal(memLimitOf(stage), null);
    assert.equal(running.agent.container(web)?.facts.first.cpu?.quotaShares, 200);
    assert.deepEqual(stage.readList(), []);
  });

  test("are refused in auto, where policy decides", async () => {
    const { stage, running } = await stageWithWeb();
    await stage.setMode("web", "auto");
    assert.equal(codeOf(await running.agent.setOwnersLimits(web, { cpuShares: 150 })), "in-auto");
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
  });

  test("are refused for what does not run, or has no such resource", async () => {
    const { running } = await stageWithWeb();
    const { agent } = running;
    assert.equal(codeOf(await agent.setOwnersLimits(nameFor("db"), { cpuShares: 1 })), "unknown");
    assert.equal(codeOf(await agent.setOwnersLimits(web, { rates: { net: 5 } })), "refused");
  });

  test("are undone when the process ends before all are in force", async () => {
    const { stage, control, running } = await stageWithWeb();
    control.onWrite = () => {
      running.crash();
      return new Promise(() => undefined);
    };
    running.agent
      .setOwnersLimits(web, { cpuShares: 150, rates: { disk_read: 40 } })
      .catch(() => undefined);
    await settle(stage);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    control.onWrite = () => Promise.resolve(undefined);
    const next = stage.start();
    await settle(stage, 6);
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
    assert.equal(next.agent.container(web)?.facts.first.cpu?.quotaShares, 200);
  });

  test("are not taken for left over while they are being written", async () => {
    const { stage, control, running } = await stageWithWeb();
    let goOn: () => void = () => undefined;
    const waiting = new Promise<undefined>((resolve) => {
      goOn = () => resolve(undefined);
    });
    control.onWrite = () => waiting;
    const asked = running.agent.setOwnersLimits(web, { cpuShares: 150, rates: { disk_read: 40 } });
    await settle(stage, 0);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    // Long enough for a scan, which puts back what nobody scales.
    await settle(stage, 6);
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
    goOn();
    assert.equal(codeOf(await answered(stage, asked)), "ok");
    assert.equal(stage.limitOf("web")?.quotaShares, 150);
  });
});
