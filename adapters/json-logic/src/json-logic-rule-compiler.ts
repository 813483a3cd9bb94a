import { err, ok, type Result } from "@sc/domain";
import type { Predicate, RuleCompiler, RuleProblem } from "@sc/ports";
import { LogicEngine } from "json-logic-engine";
import { checkRule } from "./check-rule.ts";

/**
 * Makes JsonLogic rules into predicates. The engine interprets them, it never builds code from text.
 *
 * Its own comparisons take missing data for 0 and its arithmetic throws; both are replaced, so that
 * what is missing (or divided by zero) makes the comparison it is part of false.
 */
export class JsonLogicRuleCompiler implements RuleCompiler {
  readonly #engine = makeEngine();
  readonly #paths: ReadonlySet<string> | undefined;

  /** `paths`: the variables a rule may name; absent = any. */
  constructor(options: { readonly paths?: Iterable<string> } = {}) {
    this.#paths = options.paths === undefined ? undefined : new Set(options.paths);
  }

  compile(document: unknown): Result<Predicate, RuleProblem> {
    const checked = checkRule(document, this.#paths);
    if (!checked.ok) return err(checked.error);
    const rule = checked.value;
    return ok((data) => this.#engine.run(rule, data) === true);
  }
}

function makeEngine(): LogicEngine {
  const engine = new LogicEngine();
  for (const [operator, compare] of Object.entries(comparisons)) {
    engine.addMethod(operator, ([left, right]: unknown[]) => {
      return isNumber(left) && isNumber(right) && compare(left, right);
    });
  }
  for (const [operator, combine] of Object.entries(arithmetic)) {
    engine.addMethod(operator, (operands: unknown[]) => {
      return operands.every(isNumber) ? combine(operands) : Number.NaN;
    });
  }
  return engine;
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
  "==": (left, right) => left === right,
  "!=": (left, right) => left !== right,
};

const arithmetic: Readonly<Record<string, (operands: number[]) => number>> = {
  "+": (operands) => operands.reduce((sum, operand) => sum + operand, 0),
  "*": (operands) => operands.reduce((product, operand) => product * operand, 1),
  "-": ([first = 0, second]) => (second === undefined ? -first : first - second),
  // Dividing by zero is not finite, which a comparison takes as missing.
  "/": ([dividend = 0, divisor = 0]) => dividend / divisor,
  min: (operands) => Math.min(...operands),
  max: (operands) => Math.max(...operands),
};
