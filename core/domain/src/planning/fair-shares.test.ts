import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fairShares, type ShareClaim } from "./fair-shares.ts";

const claim = (wanted: number, changed: Partial<ShareClaim> = {}): ShareClaim => ({
  wanted,
  min: 10,
  max: 400,
  priority: 0,
  ...changed,
});

describe("a capacity that is too small", () => {
  const rows = [
    {
      what: "is halved between two who want it all",
      claims: [claim(400), claim(400)],
      shares: [150, 150],
    },
    {
      what: "goes by what was paid for",
      claims: [claim(400, { max: 400 }), claim(200, { max: 200 })],
      shares: [200, 100],
    },
    {
      what: "leaves to the others what one does not want",
      claims: [claim(40), claim(400), claim(400)],
      shares: [40, 130, 130],
    },
    {
      what: "serves the higher priority first, and nobody below its min",
      claims: [claim(280, { priority: 1 }), claim(400), claim(400)],
      shares: [280, 10, 10],
    },
  ];
  for (const { what, claims, shares } of rows) {
    test(what, () => {
      assert.deepEqual(
        fairShares(300, claims).map((share) => Math.round(share * 100) / 100),
        shares,
      );
    });
  }
});

test("where there is enough, everyone gets what it wants", () => {
  assert.deepEqual(fairShares(1000, [claim(300), claim(5), claim(200)]), [300, 5, 200]);
});
