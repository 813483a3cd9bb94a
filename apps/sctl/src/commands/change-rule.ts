import type { Api } from "@sc/api-client";
import type { RuleDocument } from "@sc/contracts";
import { UsageError } from "../errors.ts";

/** What of a rule can be changed without writing it anew. */
export interface RuleChanges {
  readonly isActive?: boolean | undefined;
  /** What it adds or takes, in the resource's unit. */
  readonly amount?: number | undefined;
  /** How many events it waits for, and spends. */
  readonly events?: number | undefined;
}

export interface RuleAndRevision {
  readonly rule: RuleDocument;
  readonly revision: number | undefined;
}

/** The rule as it is in force, with the changes made. */
export async function changedRule(
  api: Api,
  name: string,
  changes: RuleChanges,
): Promise<RuleAndRevision> {
  const { rule, revision } = await api.rule(name);
  return { rule: withChanges(name, rule, changes), revision };
}

function withChanges(name: string, rule: RuleDocument, changes: RuleChanges): RuleDocument {
  const { isActive, amount, events } = changes;
  let changed = isActive === undefined ? rule : { ...rule, isActive };
  if (amount !== undefined) changed = withAmount(name, changed, amount);
  return events === undefined ? changed : withEvents(name, changed, events);
}

function withAmount(name: string, rule: RuleDocument, amount: number): RuleDocument {
  if (rule.kind === "event" || rule.rescale.kind === "fit_to_usage") {
    const what = rule.kind === "event" ? "only counts events" : "fits to usage";
    throw new UsageError(`${name} has no amount: it ${what}; --file writes another rule`);
  }
  return { ...rule, rescale: { ...rule.rescale, amount } };
}

function withEvents(name: string, rule: RuleDocument, events: number): RuleDocument {
  if (rule.kind === "event") {
    throw new UsageError(`${name} waits for no events: it counts them`);
  }
  const counter = `events.scale.${rule.direction}`;
  const { condition, replaced } = withCount(rule.condition, counter, events);
  if (replaced !== 1) {
    throw new UsageError(
      `the condition of ${name} compares ${counter} ${replaced} times: write the rule anew with --file`,
    );
  }
  return { ...rule, condition, eventsToRemove: events };
}

interface Replaced {
  readonly condition: unknown;
  readonly replaced: number;
}

/** The condition with the number in `{ ">=": [{ "var": counter }, number] }` changed. */
function withCount(condition: unknown, counter: string, count: number): Replaced {
  if (Array.isArray(condition)) {
    const parts = condition.map((part) => withCount(part, counter, count));
    return { condition: parts.map((part) => part.condition), replaced: sum(parts) };
  }
  if (typeof condition !== "object" || condition === null) return { condition, replaced: 0 };
  if (JSON.stringify(condition).startsWith(`{">=":[{"var":"${counter}"},`)) {
    return { condition: { ">=": [{ var: counter }, count] }, replaced: 1 };
  }
  const parts = Object.entries(condition).map(
    ([key, part]) => [key, withCount(part, counter, count)] as const,
  );
  return {
    condition: Object.fromEntries(parts.map(([key, part]) => [key, part.condition])),
    replaced: sum(parts.map(([, part]) => part)),
  };
}

const sum = (parts: readonly Replaced[]): number =>
  parts.reduce((total, { replaced }) => total + replaced, 0);
