import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { burstQuota, policyBook, runnable } from "@sc/domain";
import { FakeBus } from "@sc/ports/testing";
import { poissonRequests } from "../demand/generated-demand.ts";
import { stepInflow } from "../demand/inflow.ts";
import { Random } from "../demand/random.ts";
import { captain } from "../peers/captain.ts";
import type { CpuFigures } from "./cpu-score.ts";
import { type CpuArm, evaluateCpu } from "./evaluate-cpu.ts";

/** 1.6 cores on average, in requests of 10 ms. */
const requestsOf = (seed: number) =>
  poissonRequests({
    random: new Random(seed),
    requests: stepInflow({ rate: 160, toRate: 160, atSeconds: 0 }),
    threads: 16,
  });

const evaluate = (arm: CpuArm, seed = 1): Promise<CpuFigures> =>
  evaluateCpu({
    arm,
    demand: requestsOf(seed),
    seconds: 900,
    maxShares: 1600,
    makeBus: () => new FakeBus(),
  });

const oracle = { meanDemand: 160, peakSecond: 200, demandAt: () => 160 };
const policies = policyBook([runnable(burstQuota())]);
const ours: CpuArm = { kind: "policy", name: "burst-quota", policies };
const captains: CpuArm = { kind: "peer", peer: captain(), oracle };

describe("one load under one controller", () => {
  test("burst-quota leaves little unused, and makes nobody wait", async () => {
    const figures = await evaluate(ours);
    assert.ok(figures.utilization > 0.94 && figures.utilization <= 1, JSON.stringify(figures));
    assert.equal(figures.p99BacklogMs, 0);
    assert.ok(figures.changesPerMinute < 20, JSON.stringify(figures));
    assert.ok(figures.changesPerMinute > 0);
  });

  test("a published controller is driven as it publishes itself", async () => {
    const figures = await evaluate(captains);
    assert.ok(figures.utilization > 0.55 && figures.utilization < 0.8, JSON.stringify(figures));
    assert.ok(figures.throttledRatio > 0, JSON.stringify(figures));
  });

  test("what is used is what was asked for, whoever moves the limit", async () => {
    const [one = 0, other = 0] = [await evaluate(ours), await evaluate(captains)].map(
      ({ usedCoreSeconds }) => usedCoreSeconds,
    );
    // 1.6 cores for 675 of the 900 seconds.
    assert.ok(Math.abs(one - 1080) < 40, `${one}`);
    // All but what is left over at the begin and at the end.
    assert.ok(Math.abs(one - other) < 1, `${one} ${other}`);
  });

  test("a seed gives the same figures to the last bit, another one others", async () => {
    assert.deepEqual(await evaluate(ours), await evaluate(ours));
    assert.notDeepEqual(await evaluate(ours), await evaluate(ours, 2));
  });
});
