import assert from "node:assert/strict";
import { test } from "node:test";
import { smokeTests } from "@sc/domain/testing";
import fc from "fast-check";
import { targets } from "./json-logic-rule-compiler.fuzz.ts";
import { JsonLogicRuleCompiler } from "./json-logic-rule-compiler.ts";

const compiler = new JsonLogicRuleCompiler();

smokeTests(targets, 1000);

test("a comparison with a missing variable is false whatever it is compared with", () => {
  const comparisons = fc.constantFrom("<", "<=", ">", ">=", "==", "!=");
  fc.assert(
    fc.property(comparisons, fc.integer(), fc.boolean(), (operator, value, isFirst) => {
      const missing = { var: "missing" };
      const operands = isFirst ? [missing, value] : [value, missing];
      const compiled = compiler.compile({ [operator]: operands });
      assert.ok(compiled.ok);
      assert.equal(compiled.value({ a: value }), false);
    }),
  );
});
