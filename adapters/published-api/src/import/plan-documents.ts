/** Rules and services of the files, as the changes they are here. */
import { assertNever } from "@sc/domain";
import type { ApiProblem, DocumentChanges, ImportNote, LiveChange, LiveDocuments } from "@sc/ports";
import { fieldIn, type PublishedDocument } from "../translate/published-document.ts";
import { LiveRules } from "../translate/rules/live-rules.ts";
import { ruleOfDocument } from "../translate/rules/rule-of-document.ts";
import type { LiveServices } from "../translate/services/live-services.ts";
import { publishedServices, takesAnyKey } from "../translate/services/published-keys.ts";

export interface Findings {
  readonly leftOut: ImportNote[];
  readonly faults: ImportNote[];
}

/** A change, and where it comes from. */
export interface PlannedChange {
  readonly change: LiveChange;
  readonly note: ImportNote;
}

/** Rules go by name, the keys of a service by key: of what several files say, the last one counts. */
export class DocumentPlan {
  readonly #found: Findings;
  readonly #rules = new Map<string, PlannedChange>();
  readonly #keys = new Map<
    string,
    Map<string, { readonly file: string; readonly value: unknown }>
  >();

  constructor(found: Findings) {
    this.#found = found;
  }

  addRule(file: string, document: unknown): void {
    const read = ruleOfDocument(document);
    const name = nameOf(document);
    if (!read.ok) {
      const { field, text } = read.error;
      const note = { file, field: `rule ${name}, ${field}`, text };
      // The original accepts it, and never acts on it either.
      const isOnlyUnknown = field === "rescale_policy" || field === "rescale_by";
      this.#found[isOnlyUnknown ? "leftOut" : "faults"].push(note);
      return;
    }
    const note = { file, field: `rule ${name}`, text: "is taken over" };
    if (read.value.kind === "rule") {
      const { rule } = read.value;
      this.#rules.set(name, { note, change: { kind: "rule", name: rule.name, rule } });
      return;
    }
    // A revision of its database is none of ours.
    const { _rev: _, ...content } = read.value.content;
    const kept = { ...note, text: "is kept: nothing here acts on it" };
    this.#rules.set(name, { note: kept, change: { kind: "kept-rule", name, content } });
  }

  addService(file: string, document: PublishedDocument): void {
    const name = nameOf(document);
    const service = publishedServices.find((each) => each.name === name);
    const config = fieldIn(document, "config");
    if (service === undefined) {
      this.#found.leftOut.push({ file, field: `service ${name}`, text: "is not known" });
      return;
    }
    for (const [key, value] of Object.entries(config ?? {})) {
      if (takesAnyKey(service) || service.keys.some((each) => each.name === key)) {
        this.#keysOf(name).set(key, { file, value });
      } else {
        const field = `service ${name}, ${key}`;
        this.#found.leftOut.push({ file, field, text: "is not known" });
      }
    }
  }

  /** Windows are as long as the rules were made for, unless the files say otherwise. */
  seed(file: string): void {
    if (this.#rules.size === 0) return;
    const keys = this.#keysOf("guardian");
    for (const [key, value] of [
      ["WINDOW_TIMELAPSE", 10],
      ["EVENT_TIMEOUT", 120],
    ] as const) {
      if (!keys.has(key)) keys.set(key, { file, value });
    }
  }

  #keysOf(service: string) {
    const keys = this.#keys.get(service) ?? new Map();
    this.#keys.set(service, keys);
    return keys;
  }

  /** What differs from what is in force. */
  changes(
    documents: LiveDocuments & DocumentChanges,
    services: LiveServices,
  ): readonly PlannedChange[] {
    const rules = [...this.#rules.values()].filter(({ change }) => isAnother(change, documents));
    return [...rules, ...[...this.#keys.keys()].flatMap((name) => this.#ofService(name, services))];
  }

  #ofService(name: string, services: LiveServices): readonly PlannedChange[] {
    const found = services.find(name);
    const config = found.ok ? fieldIn(found.value, "config") : undefined;
    const keys = [...this.#keysOf(name)].filter(
      ([key, { value }]) => JSON.stringify(fieldIn(config, key)) !== JSON.stringify(value),
    );
    const [first] = keys;
    if (first === undefined) return [];
    const { file } = first[1];
    const changes = services.changesFor(
      name,
      new Map(keys.map(([key, { value }]) => [key, value])),
    );
    if (!changes.ok) {
      this.#found.faults.push(noteOf(file, `service ${name}`, changes.error));
      return [];
    }
    const told = keys.map(([key, { value }]) => `${key} ${JSON.stringify(value)}`).join(", ");
    return changes.value.map((change) => ({
      change,
      note: {
        file,
        field: `service ${name}`,
        text: change.kind === "settings" ? told : `${told} (kept)`,
      },
    }));
  }
}

export const noteOf = (file: string, field: string, { detail }: ApiProblem): ImportNote => ({
  file,
  field,
  text: detail,
});

export function nameOf(document: unknown): string {
  const name = fieldIn(document, "name") ?? fieldIn(document, "_id");
  return typeof name === "string" ? name.slice(0, 100) : "without a name";
}

function isAnother(change: LiveChange, documents: LiveDocuments & DocumentChanges): boolean {
  switch (change.kind) {
    case "rule": {
      const known = documents.rule(change.name);
      return !known.ok || sorted(known.value.rule) !== sorted(change.rule);
    }
    case "kept-rule": {
      const known = new LiveRules(documents).find(change.name);
      return !known.ok || sorted(known.value) !== sorted(change.content);
    }
    case "settings":
    case "kept-service":
      return true;
    default:
      return assertNever(change);
  }
}

/** Keys in one order, so that two that say the same are the same text. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
