import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fairShares } from "./fair-shares.ts";

const anyClaim = fc
  .record({
    wantedPart: fc.double({ min: 0, max: 1, noNaN: true }),
    minPart: fc.double({ min: 0, max: 1, noNaN: true }),
    max: fc.integer({ min: 1, max: 1000 }),
    priority: fc.integer({ min: -1, max: 1 }),
  })
  .map(({ wantedPart, minPart, max, priority }) => {
    return { wanted: wantedPart * max, min: minPart * max, max, priority };
  });

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

test("no share is above what is wanted, and all are within the capacity where the mins are", () => {
  fc.assert(
    fc.property(fc.array(anyClaim), fc.integer({ min: 0, max: 3000 }), (claims, capacity) => {
      const shares = fairShares(capacity, claims);
      const mins = sumOf(claims.map(({ wanted, min }) => Math.min(wanted, min)));
      const wanted = sumOf(claims.map((claim) => claim.wanted));
      for (const [index, claim] of claims.entries()) {
        const share = shares[index] ?? Number.NaN;
        assert.ok(share <= claim.wanted + 1e-6);
        assert.ok(share >= Math.min(claim.wanted, claim.min) - 1e-6);
      }
      assert.ok(sumOf(shares) <= Math.max(capacity, mins) + 1e-6);
      // Nothing lies idle while somebody wants it.
      assert.ok(sumOf(shares) >= Math.min(wanted, capacity) - 1e-6);
    }),
  );
});

test("of two of one priority that both want more, none has a greater part of its max", () => {
  fc.assert(
    fc.property(fc.array(anyClaim), fc.integer({ min: 0, max: 3000 }), (claims, capacity) => {
      const shares = fairShares(capacity, claims);
      const parts = claims.flatMap(({ wanted, min, max, priority }, index) => {
        const share = shares[index] ?? 0;
        const isShort = share < wanted - 1e-6;
        const isAtMin = share <= min + 1e-6;
        return isShort && !isAtMin ? [{ priority, part: share / max }] : [];
      });
      for (const one of parts)
        for (const other of parts)
          if (one.priority === other.priority) assert.ok(Math.abs(one.part - other.part) < 1e-6);
    }),
  );
});
