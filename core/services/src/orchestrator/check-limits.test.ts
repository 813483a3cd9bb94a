import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { policyBook, type ResourceSettings } from "@sc/domain";
import { rulesOnly } from "@sc/domain/testing";
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
  policy: "serverless-rules",
};
const check = (update: Omit<LimitsUpdate, "resource">) =>
  checkLimits({ resource: "cpu", ...update }, { settings, hostTotal: 400, policies: rulesOnly() });

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

test("a policy that cannot decide about the resource is refused, and those that can are named", () => {
  assert.deepEqual(check({ policy: "percentil" }), {
    ok: false,
    error: {
      code: "SC_POLICY_UNKNOWN",
      field: "policy",
      detail: "there is no policy called percentil; cpu can be given to serverless-rules",
    },
  });
  const policies = policyBook([...rulesOnly().cpu.values()]);
  const ofMem = { resource: "mem", policy: "serverless-rules" } as const;
  const checked = checkLimits(ofMem, { settings, hostTotal: 400, policies });
  assert.match(checked.ok ? "" : checked.error.detail, /decides about cpu, not about mem/);
});

test("a policy that can is stored", () => {
  const checked = check({ policy: "serverless-rules" });
  assert.deepEqual(checked, { ok: true, value: { policy: "serverless-rules" } });
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
