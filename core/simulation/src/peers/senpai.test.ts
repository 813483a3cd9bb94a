import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limitsOf, repeated, rounded } from "./peer-fixture.ts";
import { senpai, senpaiBackoff, senpaiProbe } from "./senpai.ts";

const start = { limit: 4096, min: 64, max: 4096 };

describe("senpai", () => {
  test("backs off by the square of the stall over the target, by the whole limit at most", () => {
    const factors = [10_000, 20_000, 100_000, 200_000, 400_000].map(senpaiBackoff);
    assert.deepEqual(rounded(factors, 6), [0.0025, 0.01, 0.25, 1, 1]);
  });

  test("probes by at most 1 %, and the less the nearer the stall is to the target", () => {
    const factors = [0, 1, 500, 1000, 2000, 10_000].map(senpaiProbe);
    assert.deepEqual(rounded(factors, 6), [0.01, 0.01, 0.01, 0.01, 0.0025, 0.0001]);
  });

  test("begins at what is in use, and takes 1 % each 6 s while nothing stalls", () => {
    const limits = limitsOf(senpai(), repeated(13, { chargedMib: 1000, used: 600 }), start);
    assert.deepEqual(
      limits.slice(0, 6),
      Array.from({ length: 6 }, () => 1000),
    );
    assert.deepEqual(
      [limits[6], limits[11]].map((limit) => limit?.toFixed(1)),
      ["990.0", "990.0"],
    );
    assert.equal(limits[12]?.toFixed(1), "980.1");
  });

  test("backs off in the second in which the stall passes the target, then waits again", () => {
    const stall = (someStallSeconds: number) => ({ chargedMib: 1000, used: 600, someStallSeconds });
    const readings = [stall(0), stall(0.006), stall(0.094), ...repeated(6, stall(0))];
    const limits = limitsOf(senpai(), readings, start);
    assert.deepEqual(limits.slice(0, 3), [1000, 1000, 1250]);
    assert.deepEqual(
      limits.slice(3, 8),
      Array.from({ length: 5 }, () => 1250),
    );
    assert.equal(limits[8]?.toFixed(1), "1237.5");
  });

  test("does not back off at the target itself, and then tightens the least", () => {
    const readings = [{ chargedMib: 1000 }, { someStallSeconds: 0.01 }, ...repeated(5, {})];
    const limits = limitsOf(senpai(), readings, start);
    assert.deepEqual([limits[1], limits[5]], [1000, 1000]);
    assert.equal(limits[6]?.toFixed(1), "999.9");
  });

  test("begins anew from what is in use when another hand has moved the limit", () => {
    const readings = [{ chargedMib: 1000 }, { chargedMib: 700, limit: 900 }];
    assert.deepEqual(limitsOf(senpai(), readings, start), [1000, 700]);
  });

  test("does not go under 100 MiB, and writes whole pages", () => {
    assert.deepEqual(limitsOf(senpai(), [{ chargedMib: 20 }], start), [100]);
    const [limit = 0] = limitsOf(senpai(), [{ chargedMib: 333.3333 }], start);
    assert.equal((limit * 1024) % 4, 0);
    assert.equal(limit.toFixed(2), "333.33");
  });
});
