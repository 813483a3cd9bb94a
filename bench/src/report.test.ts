import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BenchmarkResult, Bound } from "./benchmark.ts";
import { tableLines } from "./report.ts";

const linesOf = (bounds: Readonly<Record<string, Bound>>, result: BenchmarkResult) =>
  tableLines({ name: "one", about: "", bounds }, result);

describe("the table of a benchmark", () => {
  const verdicts = [
    { bound: 5, value: 5, line: /value +5 +at most 5 +met$/ },
    { bound: 5, value: 5.5, line: /value +5\.50 +at most 5 +NOT MET$/ },
    { bound: { atLeast: 100 }, value: 100, line: /value +100 +at least 100 +met$/ },
    { bound: { atLeast: 100 }, value: 99.9, line: /value +99\.9 +at least 100 +NOT MET$/ },
    { bound: 5, value: Number.NaN, line: /NOT MET$/ },
    { bound: { atLeast: 100 }, value: Number.NaN, line: /NOT MET$/ },
  ] as const;
  for (const { bound, value, line } of verdicts) {
    test(`says of ${value} against ${JSON.stringify(bound)} whether the bound holds`, () => {
      assert.match(linesOf({ value: bound }, { figures: { value } })[1] ?? "", line);
    });
  }

  test("has a line for each row, numbers to the right, and no verdict without bounds", () => {
    const rows = [
      { what: "a hog", kernel: 10.25, model: null },
      { what: "it", kernel: 0.0625, model: 3 },
    ];
    assert.deepEqual(linesOf({}, { rows }), [
      "what   kernel  model",
      "a hog    10.3      -",
      "it      0.063      3",
    ]);
  });

  test("says of each row whether all its bounds hold", () => {
    const rows = [
      { arm: "a", used: 0.8, late: 1 },
      { arm: "b", used: 0.7, late: 1 },
      { arm: "c", used: 0.9, late: null },
    ];
    const lines = linesOf({ used: { atLeast: 0.8 }, late: 2 }, { rows });
    assert.deepEqual(
      lines.map((line) => / (bounds|met|NOT MET)$/.exec(line)?.[1]),
      ["bounds", "met", "NOT MET", "NOT MET"],
    );
  });
});
