import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { levelled } from "./levelled.ts";
import { areaPath, linePath, stepPath } from "./paths.ts";
import { runsOf } from "./runs.ts";

const runs = (values: readonly (number | null)[], stamps = [0, 10, 20, 30]) =>
  runsOf({ stamps: stamps.slice(0, values.length), values, stepSeconds: 10 });
const asIs = { x: (value: number) => value, y: (value: number) => 100 - value };

describe("runs", () => {
  test("join steps that follow each other", () => {
    assert.deepEqual(runs([1, 2]), [
      [
        { from: 0, to: 10, value: 1 },
        { from: 10, to: 20, value: 2 },
      ],
    ]);
  });

  test("end where a value is not known", () => {
    assert.deepEqual(
      runs([1, null, 3, 4]).map((run) => run.map(({ value }) => value)),
      [[1], [3, 4]],
    );
  });

  test("end where steps are left out, and not where a stamp is a little beside the grid", () => {
    assert.equal(runs([1, 2], [0, 20]).length, 2);
    assert.equal(runs([1, 2], [0, 10.4]).length, 1);
  });

  test("are none of nothing", () => {
    assert.deepEqual(runs([null, null]), []);
  });
});

describe("a path", () => {
  test("of a line goes through the middle of each step and is as wide as its run", () => {
    assert.equal(linePath(runs([1, 5]), asIs), "M0 99L5 99L15 95L20 95");
  });

  test("of one step alone can still be seen", () => {
    assert.equal(linePath(runs([7]), asIs), "M0 93L5 93L10 93");
  });

  test("begins anew after a gap", () => {
    assert.equal(linePath(runs([1, null, 3]), asIs), "M0 99L5 99L10 99M20 97L25 97L30 97");
  });

  test("of an area stands on 0 and is closed", () => {
    assert.equal(areaPath(runs([7]), asIs), "M0 100L0 93L5 93L10 93L10 100Z");
  });

  test("of a limit is level, upright where it changes, and short where it rests", () => {
    assert.equal(stepPath(runs([200, 200, 50]), asIs), "M0 -100L20 -100L20 50L30 50");
  });

  test("of nothing is empty", () => {
    assert.equal(linePath([], asIs) + areaPath([], asIs) + stepPath([], asIs), "");
  });
});

describe("a maximum", () => {
  test("is level where its integrals jitter around it", () => {
    const noisy = [150, 162, 137, 150, 149, 151, 163, 136, 150, 150.2];
    assert.deepEqual(
      levelled(noisy),
      noisy.map(() => 150),
    );
  });

  test("moves when it is set anew, and stays open where it is not known", () => {
    const set = [...Array(10).fill(100), null, ...Array(10).fill(200)];
    assert.deepEqual(levelled(set), set);
  });
});
