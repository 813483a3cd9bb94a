import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { memoryPressure, policyBook, type ResourceEvent, runnable } from "@sc/domain";
import { FakeBus } from "@sc/ports/testing";
import type { MemoryProgram } from "../demand/memory-program.ts";
import { cacheGrowth, leak, memoryStep, sawTooth } from "../demand/memory-shape.ts";
import { memPeers } from "../peers/published-peers.ts";
import {
  evaluateMemory,
  type MemoryArm,
  type MemoryCase,
  memoryBandOf,
  memoryOracleOf,
} from "./evaluate-memory.ts";
import type { MemoryFigures } from "./memory-score.ts";

const policies = policyBook([runnable(memoryPressure())]);
type AtLimit = "brake" | "kill" | "wait";
const ours = (atLimit: AtLimit): MemoryArm => ({
  kind: "policy",
  name: "memory-pressure",
  policies,
  atLimit,
});

interface Evaluated extends MemoryFigures {
  readonly events: readonly ResourceEvent[];
  readonly lastLimitMib: number;
}

async function evaluate(
  arm: MemoryArm,
  program: MemoryProgram,
  seconds: number,
  more: Partial<MemoryCase> = {},
): Promise<Evaluated> {
  const bus = new FakeBus();
  const events: ResourceEvent[] = [];
  bus.subscribe("events", (told) => events.push(...told));
  let lastLimitMib = 0;
  const onStep: MemoryCase["onStep"] = ({ limitMib }) => {
    lastLimitMib = limitMib;
  };
  const band = memoryBandOf(program, seconds);
  const makeBus = () => bus;
  const figures = await evaluateMemory({
    ...{ arm, program, seconds, ...band, makeBus, onStep, ...more },
  });
  return { ...figures, events, lastLimitMib };
}

const stepFrom = (mib: number, mibPerSecond: number): MemoryProgram =>
  memoryStep({ mib, toMib: mib + 1500, atSeconds: 60, mibPerSecond });
const holding = (mib: number, more: Partial<MemoryProgram> = {}): MemoryProgram => ({
  usedMibAt: () => mib,
  cachedMibAt: () => 0,
  ...more,
});

describe("memory-pressure under a program whose memory moves", () => {
  const growths: readonly (readonly [AtLimit, number, number, boolean])[] = [
    ["brake", 200, 500, false],
    ["wait", 200, 500, false],
    ["kill", 200, 100, false],
    ["kill", 1500, 500, false],
    // A tenth of the use is left free, and two samples go by: more a second than the use is too fast.
    ["kill", 200, 500, true],
  ];
  for (const [atLimit, mib, rate, isKilled] of growths) {
    const what = `growth of ${rate} MiB/s from ${mib} MiB, at a limit where it would ${atLimit},`;
    test(`${what} ends in ${isKilled ? "a kill that no margin foresees" : "no kill"}`, async () => {
      const figures = await evaluate(ours(atLimit), stepFrom(mib, rate), 120);
      assert.equal(figures.kills > 0, isKilled, JSON.stringify(figures));
      if (isKilled) return;
      assert.ok(figures.utilization >= 0.75, `${figures.utilization}`);
      assert.ok(figures.stalledRatio < 0.003, `${figures.stalledRatio}`);
    });
  }

  for (const atLimit of ["brake", "kill"] as const) {
    test(`where it would ${atLimit}, three quarters of the limit and more are used by what comes and goes`, async () => {
      const program = sawTooth({ lowMib: 200, highMib: 600, everySeconds: 30 });
      const { utilization, kills } = await evaluate(ours(atLimit), program, 300);
      assert.equal(kills, 0);
      assert.ok(utilization >= 0.75 && utilization < 1, `${utilization}`);
    });

    test(`where it would ${atLimit}, files that are read over and over stay in the cache`, async () => {
      const program = holding(100, { workingSet: { mib: 400, mibPerSecond: 100 } });
      const more = { maxMib: 2000 };
      const figures = await evaluate(ours(atLimit), program, 1200, more);
      assert.ok(figures.utilization >= 0.75 && figures.utilization <= 1, JSON.stringify(figures));
      // Of 90 GiB that are read half a percent at most, and of the time less than that.
      assert.ok(figures.refaultedMib < 500, `${figures.refaultedMib}`);
      assert.ok(figures.stalledRatio < 0.003, `${figures.stalledRatio}`);
      assert.ok(figures.changesPerMinute < 1, `${figures.changesPerMinute}`);
    });
  }

  test("page cache that is read once is given back", async () => {
    const program = cacheGrowth({ usedMib: 100, cachedMib: 1500, mibPerSecond: 20 });
    const { lastLimitMib, refaultedMib } = await evaluate(ours("brake"), program, 600, {
      maxMib: 2000,
    });
    assert.ok(lastLimitMib < 135, `${lastLimitMib}`);
    assert.equal(refaultedMib, 0);
  });

  test("a leak is told once, and followed", async () => {
    const program = leak({ mib: 100, mibPerSecond: 1 / 60 });
    const figures = await evaluate(ours("kill"), program, 4 * 3600, { sampleSeconds: 2 });
    assert.deepEqual(
      figures.events.map(({ rule }) => rule),
      ["memory-leak-suspected"],
    );
    assert.equal(figures.kills, 0);
    assert.ok(figures.utilization >= 0.75, `${figures.utilization}`);
    assert.ok(figures.changesPerMinute < 0.3, `${figures.changesPerMinute}`);
  });

  test("what a limit pushed into swap gets its room at once, and comes back", async () => {
    const figures = await evaluate(ours("brake"), stepFrom(200, 500), 120, { swapMib: 4096 });
    assert.equal(figures.kills, 0);
    assert.ok(figures.stalledRatio < 0.02, `${figures.stalledRatio}`);
    assert.ok(figures.lastLimitMib > 1700, `${figures.lastLimitMib}`);
  });
});

describe("published controllers of memory", () => {
  const program = stepFrom(300, 10);
  const oracle = memoryOracleOf(program, 200);
  for (const peer of memPeers) {
    test(`${peer.name} is driven on the same model`, async () => {
      const { utilization, kills } = await evaluate({ kind: "peer", peer, oracle }, program, 200);
      assert.ok(utilization > 0 && utilization <= 1.001, `${utilization}`);
      if (peer.atLimit === "brake") assert.equal(kills, 0);
    });
  }

  test("the provisioned limit is used as little as its owner reserved too much", async () => {
    const peer = memPeers.find(({ name }) => name === "provisioned");
    assert.ok(peer !== undefined);
    const { utilization, kills } = await evaluate(
      { kind: "peer", peer, oracle: memoryOracleOf(holding(300), 60) },
      holding(300),
      60,
    );
    assert.ok(Math.abs(utilization - 1 / 1.5) < 0.001, `${utilization}`);
    assert.equal(kills, 0);
  });
});
