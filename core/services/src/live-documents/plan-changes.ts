/**
 * What several changes lead to, or why none of them is made: each is checked as it would be in force
 * with all the others, so that rules and the settings they need can come together.
 */
import {
  type Document,
  err,
  type KeptDocument,
  ok,
  type Result,
  type ServiceName,
  type ServiceSettings,
  serviceNames,
} from "@sc/domain";
import type { ApiProblem, ChangeProblem, LiveChange } from "@sc/ports";
import { findContradictions } from "./find-contradictions.ts";
import type { KeptBook } from "./kept-book.ts";
import type { RuleBook } from "./rule-book.ts";
import type { ServiceDocument, SettingsBook } from "./settings-book.ts";

export interface Books {
  readonly rules: RuleBook;
  readonly settings: SettingsBook;
  readonly kept: KeptBook;
}

/** The documents the changes lead to, in their order. */
export function planChanges(
  changes: readonly LiveChange[],
  books: Books,
): Result<readonly Document[], ChangeProblem> {
  const proposed: ProposedSettings[] = [];
  for (const [at, change] of changes.entries()) {
    if (change.kind !== "settings") continue;
    const one = proposeSettings(change, at, books.settings);
    if (!one.ok) return one;
    proposed.push(one.value);
  }
  const values = books.settings.valuesWith(proposed.map(({ document }) => document));
  const problem = contradictionOf(proposed, values);
  if (problem !== undefined) return err(problem);
  const documents: Document[] = [];
  for (const [at, change] of changes.entries()) {
    const document =
      change.kind === "settings"
        ? ok(proposed.find((one) => one.at === at)?.document)
        : checkedDocument(change, books, values);
    if (!document.ok) return err({ ...document.error, at });
    if (document.value !== undefined) documents.push(document.value);
  }
  const left = rulesLeftBehind(changes, { proposed, values, books });
  return left === undefined ? ok(documents) : err(left);
}

interface ProposedSettings {
  readonly at: number;
  readonly document: ServiceDocument;
  readonly changed: readonly string[];
}

type SettingsChange = Extract<LiveChange, { kind: "settings" }>;

function proposeSettings(
  change: SettingsChange,
  at: number,
  settings: SettingsBook,
): Result<ProposedSettings, ChangeProblem> {
  const name: ServiceName | undefined = serviceNames.find((each) => each === change.service);
  if (name === undefined) return err({ ...unknownService(change.service), at });
  const document = settings.propose(name, change.update);
  if (!document.ok) return err({ ...document.error, at });
  return ok({ at, document: document.value, changed: Object.keys(change.update) });
}

/** What the settings would contradict of each other. */
function contradictionOf(
  proposed: readonly ProposedSettings[],
  values: ServiceSettings,
): ChangeProblem | undefined {
  for (const { fields, text } of findContradictions(values)) {
    for (const { at, document, changed } of proposed) {
      const ofThis = fields[document.name] ?? [];
      // One that was there before is not this change's fault.
      const field = ofThis.find((each) => changed.includes(each));
      if (field !== undefined) return { code: "SC_VALUE_OUT_OF_RANGE", field, detail: text, at };
    }
  }
  return undefined;
}

function checkedDocument(
  change: Exclude<LiveChange, SettingsChange>,
  { rules, kept }: Books,
  values: ServiceSettings,
): Result<Document, ApiProblem> {
  if (change.kind === "rule") {
    const { name, rule } = change;
    const problem = rules.check(name, rule, values.guardian);
    return problem === undefined ? ok({ kind: "rule", name, content: rule }) : err(problem);
  }
  const { kind, name, content } = change;
  const document: KeptDocument = { kind, name, content };
  const problem = kept.check(document);
  return problem === undefined ? ok(document) : err(problem);
}

/** Rules that are in force, are not changed, and could not fire under the changed settings. */
function rulesLeftBehind(
  changes: readonly LiveChange[],
  {
    proposed,
    values,
    books,
  }: {
    readonly proposed: readonly ProposedSettings[];
    readonly values: ServiceSettings;
    readonly books: Books;
  },
): ChangeProblem | undefined {
  const ofGuardian = proposed.find(({ document }) => document.name === "guardian");
  if (ofGuardian?.changed.includes("eventTimeoutWindows") !== true) return undefined;
  const changed = changes.flatMap((change) => (change.kind === "rule" ? [change.name] : []));
  const problem = books.rules.checkAll(values.guardian, new Set(changed));
  if (problem === undefined) return undefined;
  const { at } = ofGuardian;
  return { ...problem, code: "SC_VALUE_OUT_OF_RANGE", field: "eventTimeoutWindows", at };
}

export const unknownService = (service: string): ApiProblem => ({
  code: "SC_SERVICE_UNKNOWN",
  detail: `there is no service called ${service}; there are ${serviceNames.join(", ")}`,
});
