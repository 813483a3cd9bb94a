import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { limitInForce, thresholds } from "./thresholds.ts";

describe("thresholds", () => {
  const bands: readonly (readonly [number, number | null, number, number])[] = [
    [8192, 4096, 3277, 2458],
    [300, 170.5, 140, 110],
    // No limit counts as max.
    [300, null, 270, 240],
  ];
  for (const [max, current, upper, lower] of bands) {
    test(`10 % of max ${max}, limit ${current}: upper ${upper}, lower ${lower}`, () => {
      const found = thresholds({ max, boundary: { percent: 10, of: "max" } }, current);
      assert.deepEqual([found.upper, found.lower], [upper, lower]);
    });
  }

  test("the limit in force is the one applied, at most max", () => {
    assert.deepEqual(
      [null, 170, 400].map((limit) => limitInForce({ max: 300 }, limit)),
      [300, 170, 300],
    );
  });
});
