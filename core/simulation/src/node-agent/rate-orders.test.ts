import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AgentOptions } from "@sc/services";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const untilRead = async (stage: AgentStage, seconds = 1): Promise<void> => {
  stage.clock.advance(seconds);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A container with a disk limited to 100 MiB/s one way, and a network without a limit. */
async function stageWithRates(options: Partial<AgentOptions> = {}) {
  const stage = await AgentStage.set();
  stage.container("web", 200);
  const control = stage.rates.give("web", { disk_read: 100, net: null });
  await stage.configure("web", { mode: "auto", min: 5, max: 400 }, "disk_read");
  await stage.configure("web", { mode: "auto", min: 10, max: 1000 }, "net");
  const running = stage.start(options);
  await untilRead(stage);
  return { stage, control, running };
}

const toRead = (stage: AgentStage, amount: number | null) =>
  stage.order("web", { resource: "disk_read", amount });

const lastOutcome = (running: RunningAgent) => {
  const change = running.lastChange();
  return change && [change.outcome, change.old, change.new, change.detail?.code ?? "-"];
};

describe("an order for disk or network", () => {
  test("is applied, put on the restore list and into the journal", async () => {
    const { stage, control, running } = await stageWithRates();
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    assert.equal(control.kernel.disk_read, 40);
    assert.deepEqual(lastOutcome(running), ["applied", 100, 40, "-"]);
    assert.ok(stage.isOnList("/rates/web/disk_read"));
    const steps = stage.readJournal().map(({ resource, step }) => `${resource} ${step}`);
    assert.ok(steps.includes("disk_read applied"), steps.join(", "));
  });

  test("is brought into the band of its owner", async () => {
    const { stage, control, running } = await stageWithRates();
    running.give(toRead(stage, 1));
    await untilRead(stage, 0);
    assert.equal(control.kernel.disk_read, 5);
    assert.deepEqual(lastOutcome(running), ["applied", 100, 5, "below-min"]);
  });

  test("that was planned from another limit is refused", async () => {
    const { stage, control, running } = await stageWithRates();
    running.give({ ...toRead(stage, 40), from: 90 });
    await untilRead(stage, 0);
    assert.equal(control.kernel.disk_read, 100);
    assert.deepEqual(lastOutcome(running)?.at(0), "refused");
  });

  test("for what the container has not is refused", async () => {
    const { stage, running } = await stageWithRates();
    await stage.configure("web", { mode: "auto", max: 50 }, "disk_write");
    running.give(stage.order("web", { resource: "disk_write", amount: 40 }));
    await untilRead(stage, 0);
    assert.equal(running.lastChange()?.detail?.code, "gone");
  });

  test("that the kernel refuses leaves what is known as it was", async () => {
    const { stage, control, running } = await stageWithRates();
    control.onWrite = () =>
      Promise.resolve({ kind: "refused", refusal: { code: "invalid", text: "no such device" } });
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    assert.equal(running.lastChange()?.detail?.code, "kernel-refused");
    assert.equal(running.agent.containers()[0]?.limits.rates?.disk_read, 100);
  });

  test("whose adapter throws is refused, and the next one is taken", async () => {
    const { stage, control, running } = await stageWithRates();
    control.onWrite = () => Promise.reject(new Error("tc is not there"));
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    assert.match(running.lastChange()?.detail?.text ?? "", /tc is not there/);
    control.onWrite = () => Promise.resolve(undefined);
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    assert.equal(control.kernel.disk_read, 40);
  });
});

describe("what another hand writes", () => {
  test("is adopted as its owner's, and is what release puts back", async () => {
    const { stage, control, running } = await stageWithRates();
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    control.kernel.disk_read = 70;
    await untilRead(stage, 12);
    assert.equal(running.lastChange()?.reason.code, "drift-adopted");
    assert.equal(running.agent.containers()[0]?.facts.first.rates?.disk_read, 70);
    assert.equal(stage.isOnList("/rates/web/disk_read"), false);
  });

  test("is written back where that is configured", async () => {
    const { stage, control, running } = await stageWithRates({ drift: "repair" });
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    control.kernel.disk_read = 70;
    await untilRead(stage, 12);
    assert.equal(control.kernel.disk_read, 40);
    assert.equal(running.lastChange()?.reason.code, "drift-repaired");
  });
});

describe("a limit of ours of disk or network", () => {
  test("goes back when its agent stops", async () => {
    const { stage, control, running } = await stageWithRates();
    running.give(toRead(stage, 40), stage.order("web", { resource: "net", amount: 100 }));
    await untilRead(stage, 0);
    assert.deepEqual([control.kernel.disk_read, control.kernel.net], [40, 100]);
    await running.agent.stop();
    assert.deepEqual([control.kernel.disk_read, control.kernel.net], [100, null]);
  });

  test("is known to the agent after a crash, which puts it back when it leaves auto", async () => {
    const { stage, control, running } = await stageWithRates();
    running.give(toRead(stage, 40));
    await untilRead(stage, 0);
    running.crash();
    const next = stage.start();
    await untilRead(stage);
    assert.equal(next.agent.containers()[0]?.facts.first.rates?.disk_read, 100);
    await stage.configure("web", { mode: "observe" }, "disk_read");
    await untilRead(stage, 6);
    assert.equal(control.kernel.disk_read, 100);
  });
});

test("use is sampled once a second, and what was not read is missing", async () => {
  const { stage, control, running } = await stageWithRates();
  control.totals.disk_read = 1000;
  await untilRead(stage, 1.1);
  control.totals.disk_read = 1050;
  await untilRead(stage, 2);
  const rates = running.bus
    .published("usage")
    .flatMap(({ samples }) => samples)
    .flatMap((sample) => sample.rates ?? []);
  const last = rates.at(-1);
  assert.ok(rates.length >= 3);
  assert.equal(last?.disk_read?.limit, 100);
  assert.ok(rates.some(({ disk_read }) => (disk_read?.used ?? 0) > 40));
  assert.equal(last?.net?.used, undefined);
  assert.equal(last?.disk_write, undefined);
});
