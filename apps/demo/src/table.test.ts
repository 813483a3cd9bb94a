import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ArmRow } from "./arm-row.ts";
import { formatMeaning, formatTable } from "./table.ts";

const fixed: ArmRow = {
  arm: "fixed",
  runSeconds: 35,
  used: 21.5,
  allocated: 56,
  utilization: 0.384,
  throttledSeconds: 3.14,
  changes: 0,
};
const scaled: ArmRow = {
  arm: "scaled",
  runSeconds: 35.7,
  used: 21.6,
  allocated: 28,
  utilization: 0.768,
  throttledSeconds: 12,
  changes: 14,
};

describe("the table", () => {
  test("shows both arms under one heading, figures aligned to the right", () => {
    assert.deepEqual(formatTable([fixed, scaled]).split("\n"), [
      "           run s   used core-s   allocated core-s   utilization   throttled s   changes",
      "  fixed     35.0          21.5               56.0          38 %           3.1         0",
      "  scaled    35.7          21.6               28.0          77 %          12.0        14",
    ]);
  });

  test("all lines end in the same column when the last figure does", () => {
    const lengths = formatTable([fixed, { ...scaled, throttledSeconds: 1234.5 }])
      .split("\n")
      .map((line) => line.length);
    assert.equal(new Set(lengths).size, 1);
  });

  test("its meaning is said in one sentence with the figures that matter", () => {
    assert.equal(
      formatMeaning([fixed, scaled]),
      "For the same work the scaled containers held 50 % less cpu than the fixed ones " +
        "(2.0 times the utilization) and took 2.0 % longer.",
    );
  });

  test("a run that was quicker is not called longer", () => {
    const quicker = formatMeaning([fixed, { ...scaled, runSeconds: 34.3 }]);
    assert.match(quicker, /took 2\.0 % less time\.$/);
  });
});
