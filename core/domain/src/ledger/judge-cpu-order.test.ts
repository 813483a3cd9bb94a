import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type CpuLimit, cpuLimitOfShares } from "../structure/cpu-limit.ts";
import { settingsFor } from "../testing/sample-data.ts";
import { type CpuOrderCase, judgeCpuOrder } from "./judge-cpu-order.ts";

const limitOf = (shares: number | null, changed: Partial<CpuLimit> = {}): CpuLimit => ({
  ...cpuLimitOfShares(shares ?? 100, 100),
  quotaShares: shares,
  ...changed,
});

/** From 100 shares, in a band of 50 to 300, on a host with room. */
const judge = (target: CpuLimit, changed: Partial<CpuOrderCase> = {}) =>
  judgeCpuOrder({
    target,
    current: limitOf(100),
    settings: settingsFor(),
    freeShares: 1000,
    isHostPressed: false,
    ...changed,
  });

describe("an order inside the band", () => {
  test("is written as it is", () => {
    assert.deepEqual(judge(limitOf(200)), {
      kind: "write",
      limit: limitOf(200),
      isShrink: false,
    });
    assert.deepEqual(judge(limitOf(60)), { kind: "write", limit: limitOf(60), isShrink: true });
  });

  test("of the same quota is a shrink when the weight or the burst falls", () => {
    const weaker = judge(limitOf(100, { weight: 40 }));
    assert.ok(weaker.kind === "write" && weaker.isShrink);
    const current = limitOf(100, { burstShares: 30 });
    const burstless = judge(limitOf(100), { current });
    assert.ok(burstless.kind === "write" && burstless.isShrink);
  });
});

describe("an order outside the band", () => {
  const rows = [
    { wanted: 20, written: 50, cut: "below-min" },
    { wanted: 0, written: 50, cut: "below-min" },
    { wanted: 400, written: 300, cut: "above-max" },
  ] as const;
  for (const { wanted, written, cut } of rows) {
    test(`for ${wanted} becomes ${written}, ${cut}`, () => {
      const judgement = judge(limitOf(wanted));
      assert.ok(judgement.kind === "write");
      assert.equal(judgement.limit.quotaShares, written);
      assert.equal(judgement.cut?.code, cut);
    });
  }

  test("for no limit at all becomes max, and weight and burst are ours", () => {
    const judgement = judge(limitOf(null, { burstShares: 40, weight: 7 }));
    assert.ok(judgement.kind === "write");
    assert.deepEqual(judgement.limit, limitOf(300));
  });

  test("keeps weight and burst in the proportion it gave them", () => {
    const judgement = judge(limitOf(400, { burstShares: 40, weight: 200 }));
    assert.ok(judgement.kind === "write");
    assert.deepEqual(judgement.limit, limitOf(300, { burstShares: 30, weight: 150 }));
  });

  test("for next to nothing has no proportion, and no infinite weight", () => {
    const judgement = judge(limitOf(1e-300, { weight: 100 }));
    assert.ok(judgement.kind === "write");
    assert.deepEqual(judgement.limit, limitOf(50));
  });

  test("finds a limit above max, and brings it down to it as a shrink", () => {
    const judgement = judge(limitOf(450), { current: limitOf(500) });
    assert.ok(judgement.kind === "write" && judgement.isShrink);
    assert.equal(judgement.limit.quotaShares, 300);
  });
});

describe("an unlimited container", () => {
  test("is squeezed by any quota, max too", () => {
    const judgement = judge(limitOf(300), { current: limitOf(null) });
    assert.ok(judgement.kind === "write" && judgement.isShrink);
  });

  test("needs no room for it: it held its max before", () => {
    const judgement = judge(limitOf(300), { current: limitOf(null), freeShares: 0 });
    assert.equal(judgement.kind, "write");
  });
});

describe("growth", () => {
  test("is cut to what the host has", () => {
    const judgement = judge(limitOf(200), { freeShares: 150.5 });
    assert.ok(judgement.kind === "write");
    assert.equal(judgement.limit.quotaShares, 150.5);
    assert.equal(judgement.cut?.code, "cut-to-host");
  });

  test("is cut to hundredths, which the kernel cannot round up", () => {
    const judgement = judge(limitOf(200), { freeShares: 150.4567 });
    assert.ok(judgement.kind === "write");
    assert.equal(judgement.limit.quotaShares, 150.45);
  });

  test("by less than a share is refused: it would be a refill for nothing", () => {
    const judgement = judge(limitOf(200), { freeShares: 100.9 });
    assert.ok(judgement.kind === "refuse");
    assert.equal(judgement.reason.code, "host-full");
    assert.match(judgement.reason.text, /0\.9 shares/);
  });

  test("on an oversold host is refused and promises no negative shares", () => {
    const judgement = judge(limitOf(200), { freeShares: -50 });
    assert.ok(judgement.kind === "refuse");
    assert.match(judgement.reason.text, /grant 0 shares/);
  });

  test("on a pressed host is refused, a shrink is not", () => {
    const pressed = { isHostPressed: true };
    assert.equal(judge(limitOf(200), pressed).kind, "refuse");
    assert.equal(judge(limitOf(60), pressed).kind, "write");
  });
});
