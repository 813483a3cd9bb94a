import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Boundary } from "../structure/settings.ts";
import { limitInForce, thresholds } from "./thresholds.ts";

const ofMax = (percent: number): Boundary => ({ percent, of: "max" });
const ofCurrent = (percent: number): Boundary => ({ percent, of: "current" });

describe("thresholds", () => {
  const bands: readonly (readonly [number, number | null, Boundary, number, number])[] = [
    [300, 170, ofMax(10), 140, 110],
    [300, 170, ofCurrent(20), 136, 102],
    [300, 170, ofMax(0), 169, 168],
    [300, 170, ofMax(100), -130, -430],
    [300, 170, ofCurrent(100), 0, -170],
    [400, 50, ofMax(20), -30, -110],
    [5, 3, ofMax(10), 2, 1],
    [8192, 4096, ofMax(10), 3277, 2458],
    [300, 170.5, ofMax(10), 140, 110],
    // A limit above max counts as max, and so does no limit.
    [100, 170, ofMax(10), 90, 80],
    [300, null, ofMax(10), 270, 240],
    // The published check and repair never agreed on a fraction; here both ends are one formula.
    [300, 170, ofMax(12.5), 133, 96],
  ];
  for (const [max, current, boundary, upper, lower] of bands) {
    const band = `${boundary.percent} % of ${boundary.of}`;
    test(`max ${max}, limit ${current}, ${band}: upper ${upper}, lower ${lower}`, () => {
      const found = thresholds({ max, boundary }, current);
      assert.deepEqual([found.upper, found.lower], [upper, lower]);
    });
  }

  const margins: readonly (readonly [number, number, Boundary, number])[] = [
    [300, 170, ofMax(10), 30],
    [305, 170, ofMax(10), 30],
    [300, 170, ofCurrent(10), 17],
    [300, 170, ofMax(0), 1],
    [50, 50, ofMax(1), 1],
  ];
  for (const [max, current, boundary, margin] of margins) {
    test(`the margin of ${boundary.percent} % of ${boundary.of}, max ${max}: ${margin}`, () => {
      assert.equal(thresholds({ max, boundary }, current).margin, margin);
    });
  }

  test("the limit in force is the one applied, at most max", () => {
    assert.deepEqual(
      [null, 170, 400].map((limit) => limitInForce({ max: 300 }, limit)),
      [300, 170, 300],
    );
  });
});
