import {
  assertNever,
  compileRules,
  err,
  ok,
  type Resource,
  type Result,
  type RuleDocument,
  type RulePredicate,
} from "@sc/domain";
import type { ApiProblem, RuleCompiler } from "@sc/ports";
import { looksAtNothing, neverFires } from "./never-fires.ts";

const nameMaxLength = 100;
const namePattern = /^[A-Za-z0-9_.-]+$/;
const eventsMost = 1000;

export interface RuleContext {
  readonly compilers: Readonly<Record<Resource, RuleCompiler>>;
  /** Of the guardian's settings: windows an event counts. */
  readonly eventTimeoutWindows: number;
  /** The rule as it comes, when it is one of ours. */
  readonly preset: RuleDocument | undefined;
}

/** What is wrong with a rule, with the field it is about; nothing when it may be in force. */
export function checkRule(
  name: string,
  rule: RuleDocument,
  context: RuleContext,
): ApiProblem | undefined {
  return (
    checkName(name, rule) ??
    checkPreset(rule, context.preset) ??
    (rule.kind === "request" ? checkRequest(rule) : undefined) ??
    checkCondition(rule, context)
  );
}

export const isRuleName = (name: string): boolean =>
  namePattern.test(name) && name.length <= nameMaxLength;

function checkName(name: string, rule: RuleDocument): ApiProblem | undefined {
  if (!isRuleName(name)) {
    const bound = `1 to ${nameMaxLength} letters, digits, "_", "." and "-"`;
    return invalid("name", `a rule's name has ${bound}`);
  }
  if (rule.name === name) return undefined;
  return invalid("name", `the rule calls itself ${rule.name}, but it is asked for as ${name}`);
}

/** Elsewhere it would be another rule, and the one it was would be missing. */
function checkPreset(rule: RuleDocument, preset: RuleDocument | undefined): ApiProblem | undefined {
  for (const field of ["kind", "resource", "direction"] as const) {
    if (preset === undefined || rule[field] === preset[field]) continue;
    const text = `${rule.name} is one of ours and stays ${preset[field]}: give yours another name`;
    return invalid(field, text);
  }
  return undefined;
}

function checkRequest(rule: RuleDocument & { readonly kind: "request" }): ApiProblem | undefined {
  const { eventsToRemove, rescale, direction } = rule;
  if (!Number.isInteger(eventsToRemove) || eventsToRemove < 0 || eventsToRemove > eventsMost) {
    return invalid("eventsToRemove", `is a whole number from 0 to ${eventsMost}`);
  }
  switch (rescale.kind) {
    case "fit_to_usage":
      return undefined;
    case "amount":
    case "proportional": {
      const isRight = direction === "up" ? rescale.amount > 0 : rescale.amount < 0;
      if (Number.isFinite(rescale.amount) && isRight) return undefined;
      const bound = direction === "up" ? "above 0" : "below 0";
      return invalid("rescale.amount", `${direction} needs an amount ${bound}, or it never fires`);
    }
    default:
      return assertNever(rescale);
  }
}

function checkCondition(rule: RuleDocument, context: RuleContext): ApiProblem | undefined {
  const compiled = compileOne(rule, context);
  if (!compiled.ok) return compiled.error;
  const countMost = context.eventTimeoutWindows + 1;
  if (!neverFires(rule.condition, compiled.value, countMost)) return undefined;
  const why = looksAtNothing(rule.condition)
    ? "its condition is false whatever happens"
    : `at most ${countMost} events of a direction ever count together`;
  return invalid("condition", `the rule can never fire: ${why}`);
}

function compileOne(
  rule: RuleDocument,
  { compilers, eventTimeoutWindows }: RuleContext,
): Result<RulePredicate, ApiProblem> {
  const compiled = compileRules(
    {
      resource: rule.resource,
      eventTimeoutWindows,
      noDataSeconds: 1,
      eventRules: rule.kind === "event" ? [rule] : [],
      requestRules: rule.kind === "request" ? [rule] : [],
    },
    (document) => compilers[rule.resource].compile(document),
  );
  if (!compiled.ok) {
    const { place, text } = compiled.error;
    const field = place === "eventsToRemove" ? place : "condition";
    return err(invalid(field, field === place ? text : `at ${place}: ${text}`));
  }
  const [one] = [...compiled.value.eventRules, ...compiled.value.requestRules];
  return one === undefined ? err(invalid("kind", "is event or request")) : ok(one.holds);
}

const invalid = (field: string, text: string): ApiProblem => ({
  code: "SC_RULE_INVALID",
  field,
  detail: `${field}: ${text}`,
});
