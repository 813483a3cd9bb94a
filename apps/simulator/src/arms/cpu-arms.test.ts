import assert from "node:assert/strict";
import { test } from "node:test";
import { rampInflow } from "@sc/simulation";
import { cpuArm, cpuArmNames } from "./cpu-arms.ts";

const requests = rampInflow({ rate: 10, toRate: 100, fromSeconds: 0, toSeconds: 60 });
const load = { name: "ramp", seconds: 60, requests, mostShares: 100 };

test("every name of an arm stands for what moves a limit, and no two for the same", () => {
  assert.equal(new Set(cpuArmNames).size, cpuArmNames.length);
  for (const name of cpuArmNames) {
    const arm = cpuArm({ name, period: "own", load, seed: 1 });
    const found = arm.kind === "peer" ? arm.peer.name : arm.policies.cpu.get(arm.name)?.name;
    assert.equal(found, name);
  }
});

test("the oracle of a published controller knows the very requests that will come", () => {
  const peakOf = (seed: number): number => {
    const arm = cpuArm({ name: "static-peak", period: "own", load, seed });
    return arm.kind === "peer" ? arm.oracle.peakSecond : Number.NaN;
  };
  assert.equal(peakOf(1), peakOf(1));
  assert.notEqual(peakOf(1), peakOf(2));
  assert.ok(peakOf(1) > 80 && peakOf(1) < 150, String(peakOf(1)));
});
