import { err, ok, type Result } from "../result.ts";
import type { EventRule, RequestRule, ServerlessRules } from "./rules.ts";

/** A rule document made into code; data that is missing makes a comparison false. */
export type RulePredicate = (data: Readonly<Record<string, unknown>>) => boolean;

export interface CompiledRules {
  readonly settings: ServerlessRules;
  readonly eventRules: readonly (EventRule & { readonly holds: RulePredicate })[];
  readonly requestRules: readonly (RequestRule & { readonly holds: RulePredicate })[];
}

/** Which rule is wrong, where in it, and why. */
export interface InvalidRule {
  readonly rule: string;
  readonly place: string;
  readonly text: string;
}

type Compile = (
  document: unknown,
) => Result<RulePredicate, { readonly place: string; readonly text: string }>;

/** Compiled once per change of the rules; a set with one bad rule is refused as a whole. */
export function compileRules(
  settings: ServerlessRules,
  compile: Compile,
): Result<CompiledRules, InvalidRule> {
  const eventRules = compileAll(settings.eventRules, compile);
  if (!eventRules.ok) return eventRules;
  const requestRules = compileAll(settings.requestRules, compile);
  if (!requestRules.ok) return requestRules;
  // Events stay countable for the time-out and the window they were made in.
  const countable = settings.eventTimeoutWindows + 1;
  for (const { name, eventsToRemove } of settings.requestRules) {
    if (eventsToRemove <= countable) continue;
    const text = `needs ${eventsToRemove} events, but at most ${countable} windows count`;
    return err({ rule: name, place: "eventsToRemove", text });
  }
  return ok({ settings, eventRules: eventRules.value, requestRules: requestRules.value });
}

function compileAll<Rule extends { readonly name: string; readonly condition: unknown }>(
  rules: readonly Rule[],
  compile: Compile,
): Result<(Rule & { readonly holds: RulePredicate })[], InvalidRule> {
  const compiled: (Rule & { readonly holds: RulePredicate })[] = [];
  for (const rule of rules) {
    const predicate = compile(rule.condition);
    if (!predicate.ok) {
      return err({ rule: rule.name, place: predicate.error.place, text: predicate.error.text });
    }
    compiled.push({ ...rule, holds: predicate.value });
  }
  return ok(compiled);
}
