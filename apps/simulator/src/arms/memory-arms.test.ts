import assert from "node:assert/strict";
import { test } from "node:test";
import { leak } from "@sc/simulation";
import { memoryArm, memoryArmNames } from "./memory-arms.ts";

const load = { name: "leak", seconds: 60, shape: leak({ mib: 100, mibPerSecond: 1 }) };

test("every name of an arm stands for what moves a memory limit, and no two for the same", () => {
  assert.equal(new Set(memoryArmNames).size, memoryArmNames.length);
  const found = memoryArmNames.map((name) => {
    const arm = memoryArm(name, load);
    if (arm.kind === "peer") return arm.peer.name;
    return arm.atLimit === "wait" ? `${arm.name}-v1` : arm.policies.mem.get(arm.name)?.name;
  });
  assert.deepEqual(found, memoryArmNames);
});
