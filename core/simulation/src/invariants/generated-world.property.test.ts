import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { propertyRuns } from "../testing/property-runs.ts";
import { World } from "../testing/world.ts";
import { worldCommands } from "../testing/world-commands.ts";
import { checkAgreement, checkRelease, endMishaps, runCommand } from "../testing/world-run.ts";

test("whatever happens, every invariant holds at each step, and everything comes right in the end", async () => {
  await fc.assert(
    fc.asyncProperty(
      worldCommands,
      fc.constantFrom("adopt" as const, "repair" as const, "hold" as const),
      async (commands, drift) => {
        const world = await World.make({ drift });
        await world.pass(1);
        for (const command of commands) {
          await runCommand(world, command);
          assert.deepEqual(world.watch.violations, []);
        }
        await endMishaps(world);
        assert.deepEqual(world.watch.violations, []);
        checkAgreement(world);
        await checkRelease(world);
        assert.deepEqual(world.running.fatal, []);
      },
    ),
    propertyRuns(20),
  );
});
