import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type EscraState, escra, escraQuota } from "./escra.ts";
import { escraMemory } from "./escra-memory.ts";
import { limitsOf, repeated, rounded } from "./peer-fixture.ts";

const calm: EscraState = {
  quota: 200,
  unused: 0,
  meanUnused: 0,
  meanThrottled: 0,
  fairShare: 100,
  pool: 400,
  wasSilent: false,
};
const quotaWith = (state: Partial<EscraState>): number => escraQuota({ ...calm, ...state });

describe("Escra's rules for cpu, the first that matches", () => {
  const rows: readonly (readonly [string, Partial<EscraState>, number])[] = [
    ["nothing matches: as it is", {}, 200],
    ["1 back from silence: up to a core", { wasSilent: true, quota: 30 }, 100],
    ["1 back from silence: what the pool has left", { wasSilent: true, quota: 30, pool: 80 }, 50],
    ["1 before 5: a silent one with little use is not cut", { wasSilent: true, unused: 190 }, 200],
    // Over by 160 of 100: 1.6 · 30 = 48, but the pool is passed by 10 only.
    ["2 beyond the pool: never more than the overrun", { quota: 260, pool: 250 }, 250],
    ["2 beyond the pool, over twice the share: slices", { quota: 260, pool: 100 }, 212],
    ["2 beyond the pool: by what is over", { quota: 180, pool: 100 }, 116],
    ["2 beyond the pool: half a slice is not small", { quota: 140, pool: 100 }, 124],
    ["2 beyond the pool: a small cut goes to the share", { quota: 130, pool: 100 }, 100],
    ["2 before 4: throttled beyond the pool", { quota: 260, pool: 100, meanThrottled: 1 }, 212],
    ["3 throttled under the share", { quota: 60, meanThrottled: 0.6 }, 76],
    ["3 throttled near the share", { quota: 90, meanThrottled: 0.6 }, 100],
    ["3 not quite near the share", { quota: 84, meanThrottled: 0.6 }, 86.56],
    ["3 as far as the pool goes", { quota: 20, meanThrottled: 0.6, pool: 50 }, 50],
    ["3 with an empty pool: beyond it", { quota: 60, meanThrottled: 0.6, pool: 60 }, 76],
    ["3 not at half: rule 4", { quota: 60, meanThrottled: 0.5 }, 360],
    ["4 throttled: 20 slices for all periods", { meanThrottled: 0.1 }, 260],
    ["4 throttled: what the pool has left", { meanThrottled: 0.5 }, 400],
    ["4 not under a tenth", { meanThrottled: 0.09 }, 200],
    ["4 an empty pool gives nothing", { meanThrottled: 0.5, pool: 200 }, 200],
    ["4 before 5", { meanThrottled: 0.1, unused: 100 }, 260],
    ["5 more than a fifth unused", { unused: 41 }, 160],
    ["5 not at a fifth", { unused: 40 }, 200],
    ["5 not under a slice", { quota: 35, unused: 30 }, 30],
    ["5 a small quota stays", { quota: 29, unused: 29, meanUnused: 29 }, 29],
    ["6 more than 5 ms unused in the mean", { meanUnused: 6 }, 195],
    ["6 not under a slice", { quota: 33, meanUnused: 6 }, 30],
    ["6 not at 5 ms", { meanUnused: 5 }, 200],
  ];
  for (const [title, state, expected] of rows) {
    test(title, () => {
      assert.equal(Number(quotaWith(state).toFixed(6)), expected);
    });
  }
});

describe("Escra on cpu", () => {
  test("every report moves the quota, and a change forgets the reports before it", () => {
    const readings = [{ used: 20, throttledPeriods: 1 }, { used: 20 }, { used: 20 }];
    // 20 → + 600 · 1; then a fifth off, twice: the throttled period is forgotten.
    assert.deepEqual(limitsOf(escra(), readings, { limit: 110, max: 400 }), [400, 320, 256]);
  });

  test("throttling counts over ten reports", () => {
    const steady = { used: 190 };
    // 1 of 3 throttled, after two calm ones: 20 · 1/3 · 30 shares.
    const readings = [steady, steady, { used: 200, throttledPeriods: 1 }];
    const limits = limitsOf(escra({ poolShares: 1000 }), readings, { limit: 194, max: 1000 });
    assert.deepEqual(limits.slice(0, 2), [194, 194]);
    assert.deepEqual(rounded(limits.slice(2)), [394]);
  });

  test("the mean is of ten reports, so what was all used is forgotten after them", () => {
    const readings = [...repeated(3, { used: 194 }), ...repeated(10, { used: 188.5 })];
    const limits = limitsOf(escra({ poolShares: 1000 }), readings, { limit: 194, max: 1000 });
    // Nine of 5.5 shares and a zero are under 5 in the mean.
    assert.deepEqual(limits.slice(11), [194, 189]);
  });

  test("without being told a container is one of four", () => {
    // A quarter of 400: 60 is 40 under it, 0.4 · 40 = 16.
    const full = { used: 60, throttledPeriods: 1 };
    assert.deepEqual(limitsOf(escra(), [full], { limit: 60 }), [76]);
  });

  test("an idle container is taken down to 0.3 core after 2 s, and comes back to a core", () => {
    const readings = [...repeated(21, { used: 0 }), { used: 30 }];
    const limits = limitsOf(escra(), readings);
    assert.deepEqual([limits[19], limits[20], limits[21]], [400, 30, 100]);
  });

  test("after three reports of another limit the book follows the kernel", () => {
    const odd = { used: 99, limit: 100 };
    const limits = limitsOf(escra(), [odd, odd, { used: 195, limit: 200 }, { used: 195 }], {
      limit: 100,
    });
    assert.deepEqual(limits, [100, 100, 100, 100]);
    const other = { used: 195, limit: 200 };
    const changed = limitsOf(escra(), [...repeated(3, other), { used: 100, limit: 200 }]);
    // Of 400 in its book more than a fifth seems unused, until it takes over 200.
    assert.deepEqual(rounded(changed), [320, 256, 256, 160]);
  });
});

describe("Escra on memory", () => {
  const start = { limit: 500, min: 64, max: 1000 };
  test("gives 5 000 pages when a container meets its limit", () => {
    assert.deepEqual(limitsOf(escraMemory(), [{ used: 500 }], start), [519.53125]);
    assert.deepEqual(limitsOf(escraMemory(), [{ used: 10, isKilled: true }], start), [519.53125]);
    assert.deepEqual(limitsOf(escraMemory(), [{ used: 499 }], start), [500]);
    assert.deepEqual(limitsOf(escraMemory(), [{ used: 995 }], { ...start, limit: 995 }), [1000]);
  });

  test("takes back each 5 s what is beyond 50 MiB over the usage", () => {
    const limits = limitsOf(escraMemory(), repeated(50, { used: 300 }), start);
    assert.deepEqual([limits[48], limits[49]], [500, 350]);
    assert.equal(limitsOf(escraMemory(), repeated(50, { used: 460 }), start).at(-1), 500);
  });
});
