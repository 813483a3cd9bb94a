import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ScalingRequest } from "../messages/messages.ts";
import { type CpuLimit, shapedCpuLimit } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { idFor, nameFor, settingsFor } from "../testing/sample-data.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { burstQuota } from "./burst-quota.ts";

function checkAsked(
  { from, amount, cpu }: ScalingRequest,
  limit: CpuLimit,
  { min, max }: ResourceSettings,
): void {
  const asked = from + amount;
  assert.equal(from, limit.quotaShares);
  assert.ok(asked >= min - 1e-9 && asked <= max + 1e-9, `${asked}`);
  if (amount === 0) assert.notEqual(cpu?.periodMs, limit.periodMs);
  if (cpu === undefined) return;
  assert.ok(cpu.burstShares >= 0 && cpu.burstShares <= asked + 1e-9, `${cpu.burstShares}`);
  assert.ok(cpu.periodMs === 100 || cpu.periodMs === 1000);
}

const anyUse = fc.option(fc.double({ min: 0, max: 900, noNaN: true }), { nil: undefined });

test("whatever is used, what is asked for keeps the band, the kernel's rules and its sign", () => {
  fc.assert(
    fc.property(
      fc.array(anyUse, { minLength: 150, maxLength: 400 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 700 }),
      fc.boolean(),
      (uses, min, width, isObeyed) => {
        const settings = settingsFor({ min, max: min + width });
        const policy = burstQuota();
        let state = policy.begin(monotonicSeconds(0));
        let limit = shapedCpuLimit(settings.max, { burstShares: 0, periodMs: 100 });
        uses.forEach((used, index) => {
          const at = monotonicSeconds(index * 0.1);
          const quota = limit.quotaShares ?? settings.max;
          const observation = {
            structure: nameFor("web"),
            id: idFor("web"),
            windowSeconds: 0.1,
            used,
            limit: quota,
            cpuLimit: limit,
            isFrozen: false,
          };
          const decided = policy.decide(state, {
            observation,
            settings,
            at,
            stamp: wallSeconds(0),
          });
          state = decided.state;
          if (decided.outcome.kind !== "request") return;
          const { request } = decided.outcome;
          const { amount, cpu } = request;
          const asked = quota + amount;
          checkAsked(request, limit, settings);
          if (isObeyed) limit = shapedCpuLimit(asked, cpu ?? { burstShares: 0, periodMs: 100 });
        });
      },
    ),
  );
});
