import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { AgentOptions, CorePlacement } from "@sc/services";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const cores = [0, 1, 2, 3];
const placementOf = (...subscribed: readonly string[]): CorePlacement => ({
  order: () => cores,
  isSubscribed: (name) => subscribed.includes(name),
});

/** A pinned host of four cores with `web` (150 shares) and `db` (50), both in auto. */
async function pinnedStage() {
  const stage = await AgentStage.set({ cores: 4 });
  stage.placement = placementOf();
  stage.container("web", 150);
  stage.container("db", 50);
  for (const name of ["web", "db"]) {
    await stage.configure(name, { mode: "auto", min: 10, max: 400 });
  }
  return stage;
}

async function settle(stage: AgentStage, seconds = 2): Promise<void> {
  for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
    stage.clock.advance(0.1);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

async function begin(stage: AgentStage, options: Partial<AgentOptions> = {}) {
  const running = stage.start({ reservePercent: 0, ...options });
  await settle(stage);
  return running;
}

const cpusetOf = (stage: AgentStage, name: string) => stage.host.cpusetOf(`/${name}`);

/** Per core what each holds, and that it is 100 with what is free. */
function mapOf({ agent }: RunningAgent) {
  const view = agent.cores();
  for (const { core, freeShares, holders } of view) {
    const sum = holders.reduce((total, { shares }) => total + shares, freeShares);
    assert.ok(Math.abs(sum - 100) < 1e-9, `core ${core} has ${sum} shares`);
  }
  return view.map(({ holders }) =>
    Object.fromEntries(holders.map(({ container, shares }) => [container, shares])),
  );
}

const laidOut = [{ web: 100 }, { web: 50 }, { db: 50 }, {}];

describe("a pinned host", () => {
  test("lays what is in auto on cores of its own, and says whose they are", async () => {
    const stage = await pinnedStage();
    const running = await begin(stage);
    assert.deepEqual([cpusetOf(stage, "web"), cpusetOf(stage, "db")], ["0-1", "2"]);
    assert.deepEqual(mapOf(running), laidOut);
    assert.deepEqual(running.agent.audit(), []);
    assert.ok(stage.readList().some(({ resource }) => resource === "cores"));
  });

  test("moves cores with each order, keeps bursts off, and cuts a growth to what they have", async () => {
    const stage = await pinnedStage();
    const running = await begin(stage);
    running.give(stage.order("web", 80));
    assert.equal(cpusetOf(stage, "web"), "0");
    running.give(
      stage.order("db", {
        resource: "cpu",
        limit: { quotaShares: 400, burstShares: 100, periodMs: 100, weight: 100 },
      }),
    );
    assert.equal(stage.limitOf("db")?.quotaShares, 320);
    assert.equal(stage.limitOf("db")?.burstShares, 0);
    assert.deepEqual(mapOf(running), [{ web: 80, db: 20 }, { db: 100 }, { db: 100 }, { db: 100 }]);
    assert.deepEqual(running.agent.audit(), []);
  });

  test("puts cpusets back at the end, and when asked for what is not to have cores", async () => {
    const stage = await pinnedStage();
    const running = await begin(stage);
    await stage.setMode("db", "observe");
    await settle(stage);
    assert.equal(cpusetOf(stage, "db"), "");
    await running.agent.stop();
    assert.equal(cpusetOf(stage, "web"), "");
    assert.deepEqual(stage.readList(), []);
  });

  test("leaves a list from which the watcher puts them back, and takes them again after it", async () => {
    const stage = await pinnedStage();
    const running = await begin(stage);
    running.crash();
    stage.restoreAsWatcher();
    assert.equal(cpusetOf(stage, "web"), "0-3");
    const next = await begin(stage);
    assert.equal(cpusetOf(stage, "web"), "0-1");
    assert.deepEqual(mapOf(next), laidOut);
    await next.agent.stop();
    assert.equal(cpusetOf(stage, "web"), "");
  });

  test("keeps its core map over a crash at any step of an order", async () => {
    for (let steps = 1; steps <= 8; steps += 1) {
      const stage = await pinnedStage();
      const running = await begin(stage);
      let left = steps;
      stage.onStep = (_, when) => {
        if (when === "before") return;
        left -= 1;
        if (left === 0) running.crash();
      };
      try {
        running.give(stage.order("web", 60));
      } catch {
        // What a dead process meets is of no interest.
      }
      stage.onStep = () => undefined;
      running.crash();
      const next = await begin(stage);
      const held = mapOf(next).flatMap(({ web = 0 }) => web);
      const shares = held.reduce((sum, each) => sum + each, 0);
      assert.equal(shares, stage.limitOf("web")?.quotaShares, `after ${steps} steps`);
      assert.deepEqual(next.agent.audit(), [], `after ${steps} steps`);
      await next.agent.stop();
      assert.deepEqual([cpusetOf(stage, "web"), cpusetOf(stage, "db")], ["", ""]);
    }
  });

  test("gives a subscribed container its cores with its limit, or neither", async () => {
    const stage = await pinnedStage();
    stage.container("job", 10);
    stage.placement = placementOf("job");
    const running = await begin(stage);
    assert.equal(cpusetOf(stage, "job"), "3");
    const set = (cpuShares: number) => running.agent.setOwnersLimits(nameFor("job"), { cpuShares });
    const tooMuch = await set(250);
    assert.ok(!tooMuch.ok && /200 shares/.test(tooMuch.error.text));
    assert.equal(stage.limitOf("job")?.quotaShares, 10);
    assert.equal((await set(200)).ok, true);
    assert.deepEqual(mapOf(running), [
      { web: 100 },
      { web: 50, job: 50 },
      { db: 50, job: 50 },
      { job: 100 },
    ]);
    assert.deepEqual(running.agent.audit(), []);
  });

  const drifts = [
    { drift: "adopt", to: "3", kernel: "3", code: "drift-held", title: "too few for it" },
    { drift: "adopt", to: "1-2", kernel: "1-2", code: "drift-adopted", title: "with room" },
    { drift: "repair", to: "3", kernel: "0-1", code: "drift-repaired", title: "whatever" },
    { drift: "hold", to: "2-3", kernel: "2-3", code: "drift-held", title: "whatever" },
  ] as const;
  for (const { drift, to, kernel, code, title } of drifts) {
    test(`notices that another hand moved it to cores ${to} (${title}), under ${drift}`, async () => {
      const stage = await pinnedStage();
      const running = await begin(stage, { drift });
      stage.host.setCpuset("/web", to);
      await settle(stage);
      assert.equal(cpusetOf(stage, "web"), kernel);
      assert.ok(running.changes().some((change) => change.reason.code === code));
      mapOf(running);
      assert.deepEqual(running.agent.audit(), []);
    });
  }

  test("puts all back when it is shared again, and nothing before it knows", async () => {
    const stage = await pinnedStage();
    let order: ReturnType<CorePlacement["order"]> = cores;
    stage.placement = { order: () => order, isSubscribed: () => false };
    await begin(stage);
    order = "unknown";
    await settle(stage);
    assert.equal(cpusetOf(stage, "web"), "0-1");
    order = "shared";
    await settle(stage);
    assert.equal(cpusetOf(stage, "web"), "");
    assert.ok(!stage.readList().some(({ resource }) => resource === "cores"));
  });
});

test("on a shared host no cpuset is written", async () => {
  const stage = await pinnedStage();
  stage.placement = { order: () => "shared", isSubscribed: () => true };
  const running = await begin(stage);
  running.give(stage.order("web", 80));
  await settle(stage);
  await running.agent.stop();
  assert.deepEqual([cpusetOf(stage, "web"), cpusetOf(stage, "db")], ["", ""]);
  assert.deepEqual(running.agent.cores(), []);
});
