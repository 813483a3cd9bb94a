import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResourceSettings } from "@sc/domain";
import type { LimitsUpdate } from "@sc/ports";
import fc from "fast-check";
import { checkLimits } from "./check-limits.ts";

const settings: ResourceSettings = {
  mode: "observe",
  min: 10,
  max: 100,
  maxFrom: "first-limit",
  boundary: { percent: 10, of: "max" },
  priority: 0,
};
const check = (update: Omit<LimitsUpdate, "resource">) =>
  checkLimits({ resource: "cpu", ...update }, { settings, hostTotal: 400 });

describe("limits that cannot be are refused with field and bound", () => {
  const cases: readonly (readonly [
    update: Omit<LimitsUpdate, "resource">,
    field: string | undefined,
    said: RegExp,
  ])[] = [
    [{ min: 0 }, "min", /from 1 to 400 shares/],
    [{ min: -5 }, "min", /from 1 to 400/],
    [{ min: Number.NaN }, "min", /from 1 to 400/],
    [{ max: Number.POSITIVE_INFINITY }, "max", /the size of the host/],
    [{ max: 401 }, "max", /from 1 to 400 shares, the size of the host/],
    [{ min: 101 }, "min", /at most max \(100\)/],
    [{ max: 9 }, "max", /at least min \(10\)/],
    [{ min: 60, max: 50 }, "min", /at most max \(50\)/],
    [{ boundaryPercent: -1 }, "boundaryPercent", /from 0 to 100 percent/],
    [{ boundaryPercent: 100.5 }, "boundaryPercent", /from 0 to 100 percent/],
    [{ priority: 1001 }, "priority", /from -1000 to 1000/],
    [{}, undefined, /nothing to change/],
  ];
  for (const [update, field, said] of cases) {
    test(JSON.stringify(update), () => {
      const checked = check(update);
      assert.ok(!checked.ok);
      assert.equal(checked.error.code, "SC_VALUE_OUT_OF_RANGE");
      assert.equal(checked.error.field, field);
      assert.match(checked.error.detail, said);
    });
  }
});

test("only what was said is stored", () => {
  const checked = check({ min: 20 });
  assert.deepEqual(checked, { ok: true, value: { min: 20 } });
});

test("half a boundary keeps the other half", () => {
  const percent = check({ boundaryPercent: 25 });
  assert.deepEqual(percent, { ok: true, value: { boundary: { percent: 25, of: "max" } } });
  const of = check({ boundaryOf: "current" });
  assert.deepEqual(of, { ok: true, value: { boundary: { percent: 10, of: "current" } } });
});

test("whatever is accepted keeps 1 ≤ min ≤ max ≤ host", () => {
  const amount = fc.option(fc.double(), { nil: undefined });
  fc.assert(
    fc.property(amount, amount, (min, max) => {
      const checked = check({
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
      });
      if (!checked.ok) return;
      const inForce = { ...settings, ...checked.value };
      assert.ok(inForce.min >= 1 && inForce.min <= inForce.max && inForce.max <= 400);
    }),
  );
});
