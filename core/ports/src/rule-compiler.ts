import type { Result } from "@sc/domain";

/**
 * Numbers a rule may look at, by dotted path: `cpu.structure.cpu.usage`, `events.scale.up`. A path
 * that is not there is missing data, and a comparison with missing data is false.
 */
export type RuleData = Readonly<Record<string, unknown>>;
export type Predicate = (data: RuleData) => boolean;

/** Makes a rule document (JsonLogic) into a typed predicate, once per change of the rule. */
export interface RuleCompiler {
  compile(document: unknown): Result<Predicate, RuleProblem>;
}

export interface RuleProblem {
  readonly code: "SC_RULE_INVALID";
  /** Where in the document: `and[1].>[0]`. */
  readonly place: string;
  readonly text: string;
}
