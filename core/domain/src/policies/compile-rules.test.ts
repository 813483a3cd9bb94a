import assert from "node:assert/strict";
import { test } from "node:test";
import { err } from "../result.ts";
import { compileForTests } from "../testing/evaluate-rule.ts";
import { compileRules } from "./compile-rules.ts";
import { defaultCpuRules, rulePaths, thresholdRules } from "./rules.ts";

test("compiles every rule of a set", () => {
  const compiled = compileRules(defaultCpuRules, compileForTests);
  assert.ok(compiled.ok);
  const { eventRules, requestRules } = compiled.value;
  assert.deepEqual(
    [...eventRules, ...requestRules].map((rule) => rule.name),
    ["cpu_exceeded_upper", "cpu_dropped_lower", "cpu_rescale_up", "cpu_rescale_down"],
  );
});

test("refuses a set with one bad rule and says which, where and why", () => {
  const bad = defaultCpuRules.requestRules[1]?.condition;
  const compiled = compileRules(defaultCpuRules, (document) =>
    document === bad
      ? err({ place: "and[0]", text: "no such operator" })
      : compileForTests(document),
  );
  assert.deepEqual(
    compiled,
    err({ rule: "cpu_rescale_down", place: "and[0]", text: "no such operator" }),
  );
});

test("refuses a rule that needs more events than can ever count at once", () => {
  const numbers = { upEvents: 1, downEvents: 14, upAmount: 75 };
  const rules = { ...defaultCpuRules, ...thresholdRules("cpu", numbers) };
  const compiled = compileRules(rules, compileForTests);
  assert.ok(!compiled.ok);
  assert.deepEqual(
    [compiled.error.rule, compiled.error.place],
    ["cpu_rescale_down", "eventsToRemove"],
  );
});

test("the same shapes serve another resource under its own name", () => {
  const numbers = { upEvents: 2, downEvents: 8, upAmount: 256 };
  const { eventRules } = thresholdRules("mem", numbers);
  assert.match(JSON.stringify(eventRules), /mem\.structure\.mem\.usage/);
  assert.doesNotMatch(JSON.stringify(eventRules), /cpu/);
});

test("the default rules name only what rules are given", () => {
  const named = JSON.stringify(defaultCpuRules).matchAll(/"var":"([^"]+)"/g);
  const known = new Set(rulePaths("cpu"));
  const unknown = [...named].map((match) => match[1]).filter((path) => !known.has(path ?? ""));
  assert.deepEqual(unknown, []);
});
