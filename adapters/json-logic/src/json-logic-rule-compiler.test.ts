import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRules, defaultCpuRules, rulePaths } from "@sc/domain";
import { ruleCompilerSuite } from "@sc/ports/testing";
import { JsonLogicRuleCompiler } from "./json-logic-rule-compiler.ts";

ruleCompilerSuite("json-logic", {
  make: (paths) => new JsonLogicRuleCompiler(paths === undefined ? {} : { paths }),
});

test("compiles the default rules with only the variables that rules are given", () => {
  const compiler = new JsonLogicRuleCompiler({ paths: rulePaths("cpu") });
  const compiled = compileRules(defaultCpuRules, (document) => compiler.compile(document));
  assert.ok(compiled.ok);
  const exceeded = compiled.value.eventRules.find((rule) => rule.direction === "up");
  const structure = { cpu: { usage: 95, current: 100, min: 10, max: 200 } };
  const data = { cpu: { structure, limits: { cpu: { upper: 80, lower: 60 } } } };
  assert.equal(exceeded?.holds(data), true);
});

test("goes on answering rightly after many rules were compiled that ran only once", () => {
  const compiler = new JsonLogicRuleCompiler();
  for (let limit = 0; limit < 1200; limit += 1) {
    const compiled = compiler.compile({ and: [{ "<": [{ var: "used" }, limit] }] });
    assert.ok(compiled.ok);
    assert.equal(compiled.value({ used: 600 }), 600 < limit);
    assert.equal(compiled.value({}), false);
  }
});
