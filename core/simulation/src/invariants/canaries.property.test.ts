import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { resources } from "@sc/domain";
import fc from "fast-check";
import { type Canary, canaries } from "../testing/canaries.ts";
import { propertyRuns } from "../testing/property-runs.ts";
import { type Tampering, World, worldNames } from "../testing/world.ts";
import { type WorldCommand, worldCommands } from "../testing/world-commands.ts";
import { runCommand } from "../testing/world-run.ts";
import { invariantNumbers } from "./checker.ts";

test("there is a canary for every invariant", () => {
  const covered = new Set(canaries.map(({ invariant }) => invariant));
  assert.deepEqual(
    [...covered].sort((a, b) => a - b),
    invariantNumbers,
  );
});

/** All that a chance may need; most faults are found within the first few. */
const runsMost = 60;

/** Everything in auto, so that there is something to do wrong. */
async function busyWorld(tampering: Tampering): Promise<World> {
  const world = await World.make({}, tampering);
  await world.pass(1);
  for (const name of [...worldNames, ...(tampering.intruders ?? [])]) {
    for (const resource of resources) await world.setMode(name, resource, "auto");
  }
  return world;
}

async function isCaughtBy({ invariant, tampering }: Canary, commands: readonly WorldCommand[]) {
  const world = await busyWorld(tampering);
  for (const command of commands) {
    await runCommand(world, command);
    if (world.watch.violations.some((one) => one.invariant === invariant)) return true;
  }
  return false;
}

describe("a fault that is planted on purpose is found by the checker of its invariant", () => {
  for (const canary of canaries) {
    test(`${canary.invariant}: ${canary.fault}`, async () => {
      let isCaught = false;
      const property = fc.asyncProperty(worldCommands, async (commands) => {
        isCaught = await isCaughtBy(canary, commands);
        return !isCaught;
      });
      await fc.check(property, { ...propertyRuns(runsMost), endOnFailure: true });
      assert.ok(isCaught, `not found in ${runsMost} worlds`);
    });
  }
});
