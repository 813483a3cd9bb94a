import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { coreSecondsToShares, sharesToCoreSeconds } from "./cpu.ts";

test("half a second of one core in two seconds is 25 shares", () => {
  assert.equal(coreSecondsToShares(0.5, 2), 25);
  assert.equal(sharesToCoreSeconds(25, 2), 0.5);
});

test("shares held for a time and back are the same shares", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (shares, seconds) => {
        const back = coreSecondsToShares(sharesToCoreSeconds(shares, seconds), seconds);
        assert.ok(Math.abs(back - shares) <= 1e-9 * Math.max(1, shares));
      },
    ),
  );
});
