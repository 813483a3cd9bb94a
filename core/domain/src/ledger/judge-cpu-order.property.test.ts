import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { grantedShares } from "../structure/cpu-limit.ts";
import { settingsFor } from "../testing/sample-data.ts";
import { judgeCpuOrder } from "./judge-cpu-order.ts";

const shares = (max: number) => fc.double({ min: 0, max, noNaN: true });
const limit = fc.record({
  quotaShares: fc.option(shares(1000), { freq: 5 }),
  burstShares: shares(1000),
  periodMs: fc.constantFrom(100, 1000),
  weight: shares(1000),
});
const orderCase = fc.record({
  target: limit,
  current: limit,
  band: fc.tuple(fc.double({ min: 1, max: 800, noNaN: true }), shares(500)),
  freeShares: fc.double({ min: -500, max: 1500, noNaN: true }),
  isHostPressed: fc.boolean(),
});

test("what is written keeps band and host, whatever was ordered", () => {
  fc.assert(
    fc.property(orderCase, ({ band: [min, width], ...rest }) => {
      const max = min + width;
      const judgement = judgeCpuOrder({ ...rest, settings: settingsFor({ min, max }) });
      if (judgement.kind === "refuse") return;
      const { quotaShares, weight, burstShares } = judgement.limit;
      assert.ok(quotaShares !== null && Number.isFinite(quotaShares));
      assert.ok(Number.isFinite(weight) && Number.isFinite(burstShares));
      assert.ok(quotaShares <= max);
      const held = grantedShares(rest.current, max);
      const isGrowth = quotaShares > held;
      if (!isGrowth || held >= min) assert.ok(quotaShares >= min);
      if (isGrowth) {
        assert.equal(judgement.isShrink, rest.current.quotaShares === null);
        assert.equal(rest.isHostPressed, false);
        assert.ok(quotaShares <= rest.freeShares);
      }
      if (quotaShares < held) assert.equal(judgement.isShrink, true);
    }),
    { numRuns: 2000 },
  );
});
