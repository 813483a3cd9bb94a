import assert from "node:assert/strict";
import { test } from "node:test";
import { burstQuota, policyBook, runnable } from "@sc/domain";
import { FakeBus } from "@sc/ports/testing";
import { provisioned } from "../peers/fixed-limits.ts";
import type { CpuArm } from "./evaluate-cpu.ts";
import { evaluateNeighbour } from "./evaluate-neighbour.ts";

const neighbourUnder = (arm: CpuArm): Promise<number> =>
  evaluateNeighbour({ arm, seed: 1, makeBus: () => new FakeBus() });

test("a neighbour under its grant hardly notices that all others burst", async () => {
  const policies = policyBook([runnable(burstQuota())]);
  const delayMs = await neighbourUnder({ kind: "policy", name: "burst-quota", policies });
  assert.ok(delayMs <= 5, `${delayMs}`);
});

test("it does where nobody gives weights, so the load is one that hurts", async () => {
  const oracle = { meanDemand: 80, peakSecond: 400, demandAt: () => 80 };
  const delayMs = await neighbourUnder({ kind: "peer", peer: provisioned("cpu"), oracle });
  assert.ok(delayMs > 5, `${delayMs}`);
});
