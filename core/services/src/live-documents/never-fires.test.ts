import assert from "node:assert/strict";
import { test } from "node:test";
import { invariant } from "@sc/domain";
import { compileForTests } from "@sc/domain/testing";
import { neverFires } from "./never-fires.ts";

const up = { var: "events.scale.up" };
const down = { var: "events.scale.down" };
const usage = { var: "cpu.structure.cpu.usage" };

const cases: readonly (readonly [condition: unknown, never: boolean])[] = [
  [{ ">=": [up, 1] }, false],
  [{ ">=": [up, 13] }, false],
  [{ ">=": [up, 14] }, true],
  [{ ">": [up, 13] }, true],
  [{ "<": [up, 0] }, true],
  [{ and: [{ ">=": [down, 6] }, { "<=": [up, 0] }] }, false],
  [{ and: [{ ">=": [up, 6] }, { "<": [up, 6] }] }, true],
  [{ and: [{ ">": [up, down] }, { ">": [down, up] }] }, true],
  [{ and: [{ ">": [up, down] }, { ">=": [down, 12] }] }, false],
  [{ ">": [1, 2] }, true],
  // Whether usage can be so is not known here.
  [{ and: [{ ">": [usage, 5] }, { ">=": [up, 99] }] }, false],
  [{ ">=": [{ "+": [up, 1] }, 14] }, false],
];
for (const [condition, never] of cases) {
  test(`${JSON.stringify(condition)} ${never ? "can never hold" : "may hold"}`, () => {
    const compiled = compileForTests(condition);
    invariant(compiled.ok, "it compiles");
    const holds = JSON.stringify(condition).includes('"+"') ? () => false : compiled.value;
    assert.equal(neverFires(condition, holds, 13), never);
  });
}
