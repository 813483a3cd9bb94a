import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { defaultSettings, type StoredSettings, settingsInForce } from "./settings.ts";

const inForce = (
  stored: StoredSettings | undefined,
  firstLimits: { cpu: number | null; mem: number | null } = { cpu: 200, mem: null },
) =>
  settingsInForce({
    defaults: defaultSettings,
    stored,
    firstSight: {
      cpu: { firstLimit: firstLimits.cpu, hostTotal: 800 },
      mem: { firstLimit: firstLimits.mem, hostTotal: 8192 },
    },
  });

describe("settings in force", () => {
  test("of what nobody set: observe, between the default min and the first limit", () => {
    const { isPaused, resources } = inForce(undefined);
    assert.equal(isPaused, false);
    assert.deepEqual(resources.cpu, {
      mode: "observe",
      min: 10,
      max: 200,
      maxFrom: "first-limit",
      boundary: { percent: 10, of: "max" },
      priority: 0,
      policy: "burst-quota",
    });
  });

  test("max is the host's size where there is no limit, and never more than it", () => {
    assert.equal(inForce(undefined, { cpu: null, mem: null }).resources.cpu.max, 800);
    assert.equal(inForce(undefined, { cpu: 5000, mem: null }).resources.cpu.max, 800);
    assert.equal(inForce(undefined).resources.mem.max, 8192);
  });

  test("what was stored comes first, and max is then the owner's", () => {
    const { resources } = inForce({ resources: { cpu: { mode: "auto", max: 400, priority: 3 } } });
    assert.deepEqual(
      [resources.cpu.mode, resources.cpu.max, resources.cpu.maxFrom, resources.cpu.priority],
      ["auto", 400, "owner", 3],
    );
    assert.equal(resources.mem.mode, "observe");
  });

  test("the policy is the one that was chosen, else the default of its resource", () => {
    const { cpu, mem } = inForce({ resources: { cpu: { policy: "percentile" } } }).resources;
    assert.deepEqual([cpu.policy, mem.policy], ["percentile", defaultSettings.mem.policy]);
  });

  test("a container smaller than the default min keeps its own size", () => {
    const { cpu } = inForce(undefined, { cpu: 5, mem: null }).resources;
    assert.deepEqual([cpu.min, cpu.max], [5, 5]);
  });

  test("min is never above max, whatever was stored and found", () => {
    const shares = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(
        fc.option(shares),
        fc.option(shares),
        fc.option(shares),
        (min, max, firstLimit) => {
          const stored = {
            ...(min === null ? {} : { min }),
            ...(max === null ? {} : { max }),
          };
          const { cpu } = inForce(
            { resources: { cpu: stored } },
            { cpu: firstLimit, mem: null },
          ).resources;
          assert.ok(cpu.min <= cpu.max);
        },
      ),
    );
  });
});
