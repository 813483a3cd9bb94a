import type { RulePredicate } from "../policies/compile-rules.ts";
import { ok, type Result } from "../result.ts";

/**
 * Just enough JsonLogic for tests of the core, which may not load a real engine: well-formed rules
 * over `var`, `and` and comparisons.
 */
export const compileForTests = (document: unknown): Result<RulePredicate, never> =>
  ok((data) => evaluate(document, data) === true);

function evaluate(rule: unknown, data: unknown): unknown {
  if (typeof rule !== "object" || rule === null) return rule;
  const [operator, operands] = Object.entries(rule)[0] ?? [];
  if (operator === "var") return lookUp(data, String(operands));
  const values = (Array.isArray(operands) ? operands : [operands]).map((operand: unknown) =>
    evaluate(operand, data),
  );
  if (operator === "and") return values.every((value) => value === true);
  const [left, right] = values;
  if (typeof left !== "number" || typeof right !== "number") return false;
  if (operator === ">") return left > right;
  if (operator === ">=") return left >= right;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  throw new Error(`the test's evaluator has no operator ${operator}`);
}

function lookUp(data: unknown, path: string): unknown {
  let value: unknown = data;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}
