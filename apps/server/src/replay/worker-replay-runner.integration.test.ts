import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { defaultMemRules, defaultSettings } from "@sc/domain";
import type { ReplayFigures, ReplayTask } from "@sc/ports";
import { replayRunnerSuite, replayTask } from "@sc/ports/testing";
import { WorkerReplayRunner } from "./worker-replay-runner.ts";

const never = new AbortController().signal;

function newRunner(secondsMax?: number) {
  const errors: unknown[] = [];
  const log = {
    info: () => {},
    warn: () => {},
    error: (_message: string, fields?: unknown) => errors.push(fields),
  };
  const options = { atMemoryLimit: "kill", log } as const;
  const runner = new WorkerReplayRunner({ ...options, ...(secondsMax && { secondsMax }) });
  return { errors, runner };
}

async function figuresOf(task: ReplayTask): Promise<ReplayFigures> {
  const answer = await newRunner().runner.run(task, never);
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

replayRunnerSuite("a thread", {
  make: () => newRunner().runner,
  makeEndless: () => newRunner().runner,
});

/** So long a time takes minutes. */
const months = (): ReplayTask => replayTask({ used: new Float64Array(5_000_000).fill(50) });

/** How nice each thread of this process is. */
const nices = (): readonly number[] =>
  readdirSync("/proc/self/task").map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
  });

describe("a replay in a thread", () => {
  test("is of the policy that is named, without brakes where they are not wanted", async () => {
    const braked = await figuresOf(replayTask());
    const unbraked = await figuresOf(replayTask({ brakes: "none" }));
    const quota = await figuresOf(replayTask({ brakes: "none", policy: "burst-quota" }));
    assert.ok(braked.meanLimit > 140, `learning takes half of the time: ${braked.meanLimit}`);
    assert.ok(unbraked.meanLimit < braked.meanLimit - 10, `${unbraked.meanLimit}`);
    assert.ok(quota.meanLimit < unbraked.meanLimit - 10, `${quota.meanLimit}`);
  });

  test("stays within the owner's band, and has figures of backlog", async () => {
    const settings = { min: 120, max: 150, boundary: defaultSettings.cpu.boundary };
    const figures = await figuresOf(replayTask({ brakes: "none", settings }));
    assert.equal(figures.peakLimit, 150);
    assert.ok(figures.meanLimit >= 120 && figures.meanLimit <= 150, `${figures.meanLimit}`);
    assert.ok(figures.p99BacklogMs !== undefined && figures.throttledRatio !== undefined);
  });

  test("of memory tells of kills, and nobody is killed while use stays as it is", async () => {
    const used = new Float64Array(600).fill(100);
    const settings = { min: 64, max: 512, boundary: defaultSettings.mem.boundary };
    const rules = defaultMemRules;
    const task = replayTask({ resource: "mem", rules, settings, brakes: "none", used });
    const figures = await figuresOf({ ...task, policy: "memory-pressure" });
    assert.equal(figures.kills, 0);
    assert.ok(figures.meanLimit < 400 && figures.meanLimit > 100, `${figures.meanLimit}`);
    assert.ok(Math.abs(figures.used - 60_000) < 600, `${figures.used}`);
  });

  test("is given up after its time", async () => {
    const answer = await newRunner(0.01).runner.run(months(), never);
    assert.equal(!answer.ok && answer.error.kind, "too-long");
  });

  test("comes after everything else the process does", async () => {
    const own = nices();
    const seen = new Set<number>();
    let isRunning = true;
    const running = figuresOf(replayTask()).finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      for (const nice of nices()) seen.add(nice);
      await delay(5);
    }
    await running;
    assert.ok(!own.includes(19) && seen.has(19), `${[...seen].join(", ")}`);
    assert.ok(!nices().includes(19), "its thread has ended");
  });

  test("that fails is told with its cause, and logged", async () => {
    const { errors, runner } = newRunner();
    const answer = await runner.run(replayTask({ stepSeconds: Number.NaN }), never);
    assert.equal(!answer.ok && answer.error.kind, "failed");
    assert.equal(errors.length, 1);
  });
});
