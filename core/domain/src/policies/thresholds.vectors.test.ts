/*
 * The published vectors of limit check and repair, by their sections. Published, upper and lower are
 * stored, checked each window and repaired; ours are computed each window and never stored. So what
 * was stored makes no difference, and the row shows what is computed instead.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Boundary,
  defaultSettings,
  type StoredSettings,
  settingsInForce,
} from "../structure/settings.ts";
import { thresholds } from "./thresholds.ts";

const ofMax = (percent: number): Boundary => ({ percent, of: "max" });
const ofCurrent = (percent: number): Boundary => ({ percent, of: "current" });

interface Row {
  /** What the published document held, and what its check said. */
  readonly stored: string;
  readonly max?: number;
  readonly current?: number;
  readonly boundary: Boundary;
  readonly expected: readonly [upper: number, lower: number];
  readonly ours?: string;
}

const notStored = "computed, because a stored threshold can be stale";

const rows: readonly Row[] = [
  { stored: "140/110, valid", boundary: ofMax(10), expected: [140, 110] },
  { stored: "155/110, too close", boundary: ofMax(10), expected: [140, 110] },
  { stored: "110/100, too far", boundary: ofMax(10), expected: [140, 110] },
  { stored: "140/139, valid", boundary: ofMax(10), expected: [140, 110], ours: notStored },
  { stored: "140/1, valid", boundary: ofMax(10), expected: [140, 110], ours: notStored },
  { stored: "110/140, lower > upper", boundary: ofMax(10), expected: [140, 110] },
  { stored: "absent", boundary: ofMax(10), expected: [140, 110] },
  { stored: "absent", boundary: ofCurrent(20), expected: [136, 102] },
  { stored: "140/110, current > max", max: 100, boundary: ofMax(10), expected: [90, 80] },
  { stored: "140/110, too far", boundary: ofMax(0), expected: [169, 168] },
  { stored: "140/110, too close", boundary: ofMax(100), expected: [-130, -430] },
  { stored: "140/110, too close", boundary: ofCurrent(100), expected: [0, -170] },
  {
    stored: "140/110, an error, for check and repair never agree on a fraction",
    boundary: ofMax(12.5),
    expected: [133, 96],
    ours: "one formula for both ends, because the margin is truncated once",
  },
  {
    stored: "upper > current",
    max: 400,
    current: 50,
    boundary: ofMax(20),
    expected: [-30, -110],
  },
  { stored: "nothing said", max: 5, current: 3, boundary: ofMax(10), expected: [2, 1] },
];

describe("5.2, limit check and repair, max 300, limit 170", () => {
  for (const { stored, max = 300, current = 170, boundary, expected, ours } of rows) {
    const band = `${boundary.percent} % of ${boundary.of}`;
    const said = ours === undefined ? "" : `; ours: ${ours}`;
    test(`5.2: ${stored}; max ${max}, limit ${current}, ${band}: ${expected.join("/")}${said}`, () => {
      const { upper, lower } = thresholds({ max, boundary }, current);
      assert.deepEqual([upper, lower], expected);
    });
  }

  const margins: readonly (readonly [Boundary, number, number, number])[] = [
    [ofMax(10), 300, 170, 30],
    [ofMax(10), 305, 170, 30],
    [ofCurrent(10), 300, 170, 17],
    [ofMax(0), 300, 170, 1],
    [ofMax(1), 50, 50, 1],
  ];
  for (const [boundary, max, current, margin] of margins) {
    test(`5.2: the margin of ${boundary.percent} % of ${boundary.of}, max ${max}: ${margin}`, () => {
      assert.equal(thresholds({ max, boundary }, current).margin, margin);
    });
  }

  const found = { firstLimit: 300, hostTotal: 800 };
  const missing: readonly (readonly [
    string,
    StoredSettings,
    readonly [boundary: Boundary, min: number, max: number],
  ])[] = [
    ["type or boundary", { resources: { cpu: { min: 50, max: 200 } } }, [ofMax(10), 50, 200]],
    ["min", { resources: { cpu: { max: 200, boundary: ofMax(20) } } }, [ofMax(20), 10, 200]],
    ["resource", { resources: {} }, [ofMax(10), 10, 300]],
  ];
  for (const [what, stored, expected] of missing) {
    test(`5.2: the ${what} missing; ours: the default, because one gap must not stop a structure`, () => {
      const firstSight = { cpu: found, mem: found };
      const { cpu } = settingsInForce({ defaults: defaultSettings, stored, firstSight }).resources;
      assert.deepEqual([cpu.boundary, cpu.min, cpu.max], expected);
    });
  }
});

test("5.1: (20, 10) is no band and (10, 20) is; ours: lower < upper < limit, because both follow from the limit", () => {
  const amount = fc.double({ min: 1, max: 100_000, noNaN: true });
  const anyBoundary = fc.record({
    percent: fc.double({ min: 0, max: 100, noNaN: true }),
    of: fc.constantFrom<"max" | "current">("max", "current"),
  });
  fc.assert(
    fc.property(amount, amount, anyBoundary, (max, current, boundary) => {
      const { upper, lower } = thresholds({ max, boundary }, current);
      assert.ok(lower < upper && upper < Math.min(current, max));
    }),
  );
});
