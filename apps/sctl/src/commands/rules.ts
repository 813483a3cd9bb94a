import type { Rule, RuleDocument } from "@sc/contracts";
import { UsageError } from "../errors.ts";
import { limit, number } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, pairs, table } from "../output/table.ts";
import type { Session } from "../session.ts";
import { changedRule, type RuleChanges } from "./change-rule.ts";
import { readRuleFile } from "./rule-file.ts";

/** All rules in force. */
export async function rules(session: Session): Promise<void> {
  await print(session, await session.api.rules(), (list) => table(list, columns));
}

export async function getRule(session: Session, name: string): Promise<void> {
  await print(session, await session.api.rule(name), describeRule);
}

export interface SetRuleOptions extends RuleChanges {
  /** `-` = what comes in on stdin. */
  readonly file?: string;
  readonly dryRun?: boolean;
}

/**
 * A rule from a file, or one that is there with a few values changed. What was looked at carries its
 * revision, so that a change of someone else in between is noticed and not overwritten.
 */
export async function setRule(
  session: Session,
  name: string,
  { file, dryRun, ...changes }: SetRuleOptions,
): Promise<void> {
  const isChanged = Object.values(changes).some((value) => value !== undefined);
  if ((file !== undefined) === isChanged) {
    throw new UsageError(
      "give --file FILE with the whole rule, or one or more of --active, --inactive, --amount, --events",
    );
  }
  const { rule, revision } =
    file === undefined ? await changedRule(session.api, name, changes) : await readRuleFile(file);
  if (dryRun === true) {
    session.terminal.note("would set (the server has not judged it):");
    return print(session, { name, rule }, (data) => JSON.stringify(data.rule, undefined, 2));
  }
  await print(session, await session.api.putRule(name, rule, revision), describeRule);
}

/** Neither word leaves it as it is. */
export function isActiveOf(said: {
  readonly active?: boolean | undefined;
  readonly inactive?: boolean | undefined;
}): boolean | undefined {
  if (said.active === true && said.inactive === true) {
    throw new UsageError("give --active or --inactive, not both");
  }
  if (said.active === true) return true;
  return said.inactive === true ? false : undefined;
}

/** Ours go back to their preset; those that people made are gone. */
export async function removeRule(session: Session, name: string): Promise<void> {
  const rule = await session.api.removeRule(name);
  await print(session, { name, rule }, (data) =>
    data.rule === undefined ? `${name} is removed` : `${name} is its preset again`,
  );
}

const originTexts: Readonly<Record<Rule["origin"], string>> = {
  preset: "preset",
  changed: "preset, changed",
  own: "own",
};

const columns: readonly Column<Rule>[] = [
  { title: "NAME", text: ({ name }) => name },
  { title: "RESOURCE", text: ({ rule }) => rule.resource },
  { title: "DIRECTION", text: ({ rule }) => rule.direction },
  { title: "ACTIVE", text: ({ rule }) => (rule.isActive ? "yes" : "no") },
  { title: "DOES", text: ({ rule }) => effectOf(rule) },
  { title: "ORIGIN", text: ({ origin }) => originTexts[origin] },
  { title: "REVISION", text: ({ revision }) => limit(revision), isNumber: true },
];

/** What a rule does when its condition holds. */
function effectOf(rule: RuleDocument): string {
  if (rule.kind === "event") return "counts an event";
  const { rescale, eventsToRemove } = rule;
  const spent = `spends ${eventsToRemove} ${eventsToRemove === 1 ? "event" : "events"}`;
  switch (rescale.kind) {
    case "amount":
      return `by ${number(rescale.amount)}, ${spent}`;
    case "proportional":
      return `in proportion, ${number(rescale.amount)} each, ${spent}`;
    case "fit_to_usage":
      return `fits to usage, ${spent}`;
    default:
      return rescale satisfies never;
  }
}

const describeRule = ({ name, origin, revision, rule }: Rule): string =>
  pairs([
    ["name", name],
    ["origin", originTexts[origin]],
    ["revision", String(revision)],
    ["resource", rule.resource],
    ["direction", rule.direction],
    ["active", rule.isActive ? "yes" : "no"],
    ["does", effectOf(rule)],
    ["condition", JSON.stringify(rule.condition)],
  ]);
