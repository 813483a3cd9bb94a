import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { InvariantBroken } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { hog, steady } from "../demand/demand.ts";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

let stage: AgentStage;

beforeEach(async () => {
  stage = await AgentStage.set();
});

const samplesOf = (running: RunningAgent, name: string) =>
  running.bus
    .published("usage")
    .flatMap(({ samples }) => samples)
    .filter((sample) => sample.name === name);

describe("the tiers", () => {
  test("what is in auto or recommend is sampled each 0.1 s, the rest each second", async () => {
    for (const name of ["auto", "recommend", "observe"]) stage.container(name, 100);
    await stage.setMode("auto", "auto");
    await stage.setMode("recommend", "recommend");
    const running = stage.start();
    stage.clock.advance(5);
    const counts = ["auto", "recommend", "observe"].map((name) => samplesOf(running, name).length);
    assert.deepEqual(counts, [51, 51, 5]);
  });

  test("other periods can be set", async () => {
    stage.container("auto", 100);
    stage.container("observe", 100);
    await stage.setMode("auto", "auto");
    const running = stage.start({ autoSeconds: 0.5, allSeconds: 2.5 });
    stage.clock.advance(5);
    assert.equal(samplesOf(running, "auto").length, 11);
    assert.equal(samplesOf(running, "observe").length, 2);
  });

  test("a mode that changes is another tier at the next tick", async () => {
    stage.container("web", 100);
    const running = stage.start();
    stage.clock.advance(2);
    await stage.setMode("web", "auto");
    stage.clock.advance(0.1);
    const before = samplesOf(running, "web").length;
    stage.clock.advance(1);
    assert.equal(samplesOf(running, "web").length - before, 10);
    await stage.setMode("web", "observe");
    const inAuto = samplesOf(running, "web").length;
    stage.clock.advance(3.2);
    assert.ok(samplesOf(running, "web").length - inAuto <= 4);
  });

  test("the slow tier is spread over its second, and nobody is left out", () => {
    for (let index = 0; index < 90; index += 1) stage.container(`c${index}`, 100);
    const running = stage.start();
    stage.clock.advance(1);
    const batches = running.bus.published("usage").map(({ samples }) => samples.length);
    assert.ok(Math.max(...batches) <= 5, `${Math.max(...batches)} at once`);
    const seen = new Set(
      running.bus.published("usage").flatMap((one) => one.samples.map((s) => s.name)),
    );
    assert.equal(seen.size, 90);
  });

  test("a hundred in auto are all sampled within one tick", async () => {
    for (let index = 0; index < 100; index += 1) {
      stage.container(`c${index}`, 100);
      await stage.setMode(`c${index}`, "auto");
    }
    const running = stage.start();
    stage.clock.advance(0.05);
    const seen = new Set(
      running.bus.published("usage").flatMap((one) => one.samples.map((s) => s.name)),
    );
    assert.equal(seen.size, 100);
  });
});

describe("a sample", () => {
  beforeEach(async () => {
    stage.container("web", 100, { demand: steady(0.4) });
    await stage.setMode("web", "auto");
  });

  test("says what was used since the one before, and under which limit", () => {
    const running = stage.start();
    stage.clock.advance(1);
    const sample = samplesOf(running, "web").at(-1);
    assert.ok(Math.abs((sample?.cpuSharesUsed ?? 0) - 40) < 0.5, `${sample?.cpuSharesUsed}`);
    assert.equal(sample?.cpuLimit?.quotaShares, 100);
    assert.ok(Math.abs((sample?.windowSeconds ?? 0) - 0.1) < 1e-6);
  });

  test("the first one knows no usage, and does not say zero", () => {
    const running = stage.start();
    const [first] = samplesOf(running, "web");
    assert.equal(first?.cpuSharesUsed, undefined);
    assert.equal(first?.windowSeconds, undefined);
  });

  test("what cannot be read is missing, and the window after it spans the gap", () => {
    const running = stage.start();
    stage.clock.advance(1);
    stage.host.setUnreadable("/web", true);
    stage.clock.advance(0.3);
    assert.equal(samplesOf(running, "web").at(-1)?.cpuSharesUsed, undefined);
    stage.host.setUnreadable("/web", false);
    stage.clock.advance(0.1);
    const sample = samplesOf(running, "web").at(-1);
    assert.ok(Math.abs((sample?.windowSeconds ?? 0) - 0.4) < 1e-6, `${sample?.windowSeconds}`);
    assert.ok(Math.abs((sample?.cpuSharesUsed ?? 0) - 40) < 1, `${sample?.cpuSharesUsed}`);
  });

  test("a frozen container is told apart from an idle one", () => {
    const running = stage.start();
    stage.clock.advance(1);
    stage.host.setFrozen("/web", true);
    stage.clock.advance(0.3);
    assert.equal(samplesOf(running, "web").at(-1)?.isFrozen, true);
    assert.equal(running.agent.container(nameFor("web"))?.isFrozen, true);
    stage.host.setFrozen("/web", false);
    stage.clock.advance(0.3);
    assert.equal(samplesOf(running, "web").at(-1)?.isFrozen, false);
  });

  test("memory in use and throttling come with the slow tier", () => {
    stage.host.setMemMibUsed("/web", 77);
    stage.host.setDemand("/web", hog(2));
    const running = stage.start();
    stage.clock.advance(5);
    const view = running.agent.container(nameFor("web"));
    assert.equal(view?.memMibUsed, 77);
    assert.ok((view?.throttledRatio ?? 0) > 0.9, `${view?.throttledRatio}`);
    assert.ok((view?.accounting.throttledSeconds ?? 0) > 0);
  });
});

test("memory that an idle container holds is accounted for all the time, not in bursts", () => {
  stage.container("web", 200);
  stage.host.setMemMibUsed("/web", 100);
  const running = stage.start();
  stage.clock.advance(3);
  const used = (): number =>
    running.agent.container(nameFor("web"))?.accounting.mem.used ?? Number.NaN;
  for (let second = 0; second < 25; second += 1) {
    const before = used();
    stage.clock.advance(1);
    assert.ok(Math.abs(used() - before - 100) < 1, `${used() - before} MiB-seconds in a second`);
  }
});

describe("containers", () => {
  test("that come and go are told, with a restart told apart from a first start", () => {
    const running = stage.start();
    stage.container("web", 100);
    stage.clock.advance(0.1);
    stage.host.removeGroup("/web");
    stage.clock.advance(0.1);
    stage.container("web", 100);
    stage.clock.advance(0.1);
    const told = running
      .notices()
      .map((notice) =>
        notice.kind === "appeared" ? [notice.kind, notice.isRestart] : [notice.kind],
      );
    assert.deepEqual(told, [["appeared", false], ["gone"], ["appeared", true]]);
  });

  test("restarted between two looks are one gone and one come", () => {
    stage.container("web", 100);
    const running = stage.start();
    stage.host.removeGroup("/web");
    stage.container("web", 150);
    stage.clock.advance(0.1);
    assert.deepEqual(
      running.notices().map(({ kind }) => kind),
      ["appeared", "gone", "appeared"],
    );
    assert.equal(running.agent.container(nameFor("web"))?.facts.first.cpu?.quotaShares, 150);
  });

  test("of one name from two engines: the first is taken, the other reported", () => {
    stage.container("web", 100);
    stage.container("web", 100, { engine: "plain", path: "/plain/web" });
    const running = stage.start();
    assert.equal(running.agent.containers().length, 1);
    const [problem] = running.agent.problems();
    assert.equal(problem?.code, "SC_NAME_TAKEN");
    assert.match(problem?.what ?? "", /plain \/plain\/web/);
    stage.host.removeGroup("/web");
    stage.clock.advance(6);
    assert.equal(running.agent.container(nameFor("web"))?.facts.engine, "plain");
    assert.deepEqual(running.agent.problems(), []);
  });

  test("whose finder finds nothing for a moment stay in hand", async () => {
    stage.container("web", 200);
    await stage.setMode("web", "auto");
    const running = stage.start();
    stage.clock.advance(2);
    running.give(stage.order("web", 80));
    const finder = stage.host.finder("lxc");
    const find = finder.find.bind(finder);
    finder.find = () => {
      throw new Error("the engine does not answer");
    };
    stage.clock.advance(6);
    assert.equal(running.agent.problems()[0]?.code, "SC_FINDER_UNREADABLE");
    assert.equal(running.agent.containers().length, 1);
    finder.find = find;
    stage.clock.advance(6);
    await running.agent.stop();
    assert.equal(stage.limitOf("web")?.quotaShares, 200);
  });

  test("of which one cannot be opened: the others are taken up, and it is tried again", () => {
    for (const name of ["a", "bad", "z"]) stage.container(name, 100);
    stage.broken.add("/bad");
    const running = stage.start();
    const names = () => running.agent.containers().map(({ facts }) => String(facts.name));
    assert.deepEqual(names(), ["a", "z"]);
    stage.broken.clear();
    stage.clock.advance(6);
    assert.deepEqual(names(), ["a", "z", "bad"]);
  });

  test("whose name went to another group stay on the list while their group lives", async () => {
    stage.container("web", 200);
    stage.host.makeGroup("/web-1");
    await stage.setMode("web", "auto");
    const running = stage.start();
    stage.clock.advance(2);
    running.give(stage.order("web", 80));
    const [container] = stage.host.finder("lxc").find().containers;
    assert.ok(container !== undefined);
    const containers = [{ ...container, group: { path: "/web-1" } }];
    stage.host.finder("lxc").find = () => ({ containers, problems: [] });
    stage.clock.advance(6);
    assert.equal(running.agent.container(nameFor("web"))?.limits.cpu?.quotaShares, null);
    assert.equal(stage.leaseWorld.entries.length, 1);
  });

  test("whose limit cannot be read at first are met as they are when it can", async () => {
    stage.container("web", 100);
    await stage.configure("web", { mode: "auto", max: 300 });
    stage.host.setUnreadable("/web", true);
    const running = stage.start();
    stage.clock.advance(2);
    assert.equal(running.give(stage.order("web", 50))?.outcome, "refused");
    stage.host.setUnreadable("/web", false);
    stage.clock.advance(11);
    assert.equal(running.agent.container(nameFor("web"))?.facts.first.cpu?.quotaShares, 100);
    assert.equal(running.give(stage.order("web", 50))?.outcome, "applied");
  });
});

describe("a container whose reading throws", () => {
  let running: RunningAgent;

  beforeEach(async () => {
    for (const name of ["bad", "good"]) {
      stage.container(name, 200);
      await stage.setMode(name, "auto");
    }
    running = stage.start();
    stage.clock.advance(3);
    running.give(stage.order("bad", 80));
    stage.broken.add("/bad");
    stage.clock.advance(2);
  });

  test("is set aside, said once, and the others go on", () => {
    assert.equal(running.agent.container(nameFor("bad"))?.held.cpu?.code, "quarantined");
    const errors = running.logged.filter(({ message }) => message.startsWith("set aside"));
    assert.equal(errors.length, 1);
    const before = samplesOf(running, "good").length;
    stage.clock.advance(1);
    assert.equal(samplesOf(running, "good").length - before, 10);
    assert.equal(running.agent.health().status, "failing");
    assert.deepEqual(running.fatal, []);
  });

  test("is taken up anew when it was restarted, with nothing held against it", () => {
    stage.host.removeGroup("/bad");
    stage.broken.delete("/bad");
    stage.container("bad", 150);
    stage.clock.advance(6);
    const view = running.agent.container(nameFor("bad"));
    assert.equal(view?.limits.cpu?.quotaShares, 150);
    assert.equal(view?.held.cpu, undefined);
  });

  test("has its first limit back, as nobody would let it grow any more", () => {
    assert.equal(stage.limitOf("bad")?.quotaShares, 200);
    assert.equal(running.give(stage.order("bad", 80))?.detail?.code, "quarantined");
  });
});

test("a broken invariant ends the process", async () => {
  stage.container("web", 200);
  await stage.setMode("web", "auto");
  const running = stage.start();
  stage.clock.advance(2);
  stage.onStep = () => {
    throw new InvariantBroken("a grant is a number");
  };
  running.give(stage.order("web", 80));
  assert.ok(running.fatal[0] instanceof InvariantBroken);
});

test("what is in auto is not counted as used outside, and what is not in auto is", async () => {
  stage = await AgentStage.set({ cores: 4 });
  stage.container("mine", 200, { demand: steady(1) });
  stage.container("other", null, { demand: steady(0.5) });
  await stage.setMode("mine", "auto");
  const running = stage.start();
  stage.clock.advance(30);
  const { grantable, total } = running.agent.hostObservation().cpu;
  assert.equal(total, 400);
  // 400 less 10 % less the 50 used outside.
  assert.ok(Math.abs(grantable - 310) < 5, `${grantable}`);
});

test("what was used outside and is in auto now is not counted twice", async () => {
  stage.container("web", 500, { demand: steady(4) });
  await stage.configure("web", { max: 700 });
  const running = stage.start();
  stage.clock.advance(30);
  assert.ok(running.agent.hostObservation().cpu.grantable < 330);
  await stage.setMode("web", "auto");
  stage.clock.advance(3);
  const { grantable } = running.agent.hostObservation().cpu;
  assert.ok(Math.abs(grantable - 720) < 10, `${grantable}`);
});

test("after stop nothing of the agent runs any more", async () => {
  stage.container("web", 200);
  await stage.setMode("web", "auto");
  const running = stage.start();
  stage.clock.advance(2);
  await running.agent.stop();
  const published = () => [
    running.bus.published("usage").length,
    running.changes().length,
    running.notices().length,
  ];
  const [before, steps] = [published(), stage.steps.length];
  stage.host.writeByAnotherHand("/web", { quotaShares: 150 });
  stage.container("late", 100);
  running.bus.publish("orders", [stage.order("web", 80)]);
  await stage.setMode("web", "observe");
  stage.clock.advance(30);
  assert.deepEqual(published(), before);
  assert.equal(stage.steps.length, steps);
  assert.equal(stage.limitOf("web")?.quotaShares, 150);
  assert.equal(running.agent.health().status, "stopped");
  assert.deepEqual(running.live, { timers: 0, groups: 0 });
});
