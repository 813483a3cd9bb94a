/**
 * Rules and settings that people change while everything runs. A change is checked as a whole, stored,
 * and in force when the answer leaves: services ask here at each of their ticks. One change at a time,
 * so that two that are each fine cannot be stored together when they contradict each other.
 */
import {
  type Document,
  err,
  type GuardianSettings,
  ok,
  type PolicyBook,
  policyBook,
  type Resource,
  type Result,
  type RuleDocument,
  type RunnablePolicy,
  resources,
  type ServerlessRules,
  type ServiceName,
  type ServiceSettings,
  serviceNames,
} from "@sc/domain";
import type {
  ApiProblem,
  DocumentChange,
  DocumentStore,
  DocumentWrite,
  HealthProblem,
  LiveDocuments,
  LoadedDocuments,
  Log,
  RuleView,
  SettingsUpdate,
  SettingsView,
  StreamMessage,
} from "@sc/ports";
import { stateUnreadable } from "../structure-registry/state-unreadable.ts";
import { findContradictions } from "./find-contradictions.ts";
import { RuleBook, type RuleBookDeps } from "./rule-book.ts";
import { type ServiceDocument, SettingsBook, type SettingsBounds } from "./settings-book.ts";

export interface DocumentDeskDeps extends RuleBookDeps {
  readonly store: DocumentStore;
  readonly log: Log;
  /** What the configuration says. */
  readonly settings: ServiceSettings;
  readonly bounds: SettingsBounds;
  /** What can be chosen beside the rules. */
  readonly otherPolicies?: readonly RunnablePolicy[];
}

/** What changed, as those who follow are told. */
export type DocumentNews =
  | Omit<Extract<StreamMessage, { topic: "rules" }>, "number">
  | Omit<Extract<StreamMessage, { topic: "settings" }>, "number">;

export class DocumentDesk implements LiveDocuments {
  readonly #deps: DocumentDeskDeps;
  readonly #rules: RuleBook;
  readonly #settings: SettingsBook;
  readonly #listeners = new Set<(news: DocumentNews) => void>();
  /** Revisions of stored documents that cannot be understood: to people they are not there. */
  readonly #leftOut = new Map<string, number>();
  #isKnown = false;
  #policies: PolicyBook;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: DocumentDeskDeps) {
    this.#deps = deps;
    this.#rules = new RuleBook(deps);
    this.#settings = new SettingsBook(deps.settings, deps.bounds);
    this.#policies = this.#compile(resources, this.inForce("guardian"));
    deps.store.watch((changes) => this.#takeChanges(changes));
  }

  /** What was stored is known from now on, and in force. */
  take({ documents, faults }: LoadedDocuments): void {
    this.#isKnown = true;
    for (const fault of faults) this.#leftOut.set(keyOf(fault), fault.revision);
    this.#takeChanges(
      documents.map(({ document, revision }) => ({
        kind: document.kind,
        name: document.name,
        revision,
        document,
      })),
    );
  }

  /** The settings of a service; the same object until they change. */
  inForce<Name extends ServiceName>(name: Name): ServiceSettings[Name] {
    return this.#settings.inForce(name);
  }

  /** Another object when what was observed under the rules of before counts no more. */
  policies(): PolicyBook {
    return this.#policies;
  }

  /** The rules a policy was made of. */
  rulesInForce(resource: Resource): ServerlessRules {
    return this.#rules.rulesInForce(resource);
  }

  /** Stored rules that are not in force. */
  problems(): readonly HealthProblem[] {
    return this.#rules.problems();
  }

  /** Calls back after a rule or setting came into force. */
  onChange(listen: (news: DocumentNews) => void): { cancel(): void } {
    this.#listeners.add(listen);
    return { cancel: () => void this.#listeners.delete(listen) };
  }

  rules(): readonly RuleView[] {
    return this.#rules.views();
  }

  rule(name: string): Result<RuleView, ApiProblem> {
    const view = this.#rules.view(name);
    if (view !== undefined) return ok(view);
    const known = this.rules().map((rule) => rule.name);
    const detail = `there is no rule called ${name}; there are ${known.join(", ")}`;
    return err({ code: "SC_RULE_UNKNOWN", detail });
  }

  putRule(
    name: string,
    rule: RuleDocument,
    expectedRevision: number | undefined,
  ): Promise<Result<RuleView, ApiProblem>> {
    return this.#inTurn(async () => {
      const problem = this.#rules.check(name, rule, this.inForce("guardian"));
      if (problem !== undefined) return err(problem);
      const document: Document = { kind: "rule", name, content: rule };
      const saved = await this.#save({ action: "put", document }, expectedRevision);
      return saved.ok ? this.rule(name) : saved;
    });
  }

  removeRule(
    name: string,
    expectedRevision: number | undefined,
  ): Promise<Result<RuleView | undefined, ApiProblem>> {
    return this.#inTurn(async () => {
      const known = this.rule(name);
      if (!known.ok) return known;
      const isLeftOut = this.#leftOut.has(keyOf({ kind: "rule", name }));
      const isStored = known.value.origin !== "preset" || isLeftOut;
      // Asked of the store all the same where a revision is named: it says which one there is.
      if (isStored || expectedRevision !== undefined) {
        const saved = await this.#save({ action: "remove", kind: "rule", name }, expectedRevision);
        if (!saved.ok) return saved;
      }
      return ok(this.#rules.view(name));
    });
  }

  settings(): readonly SettingsView[] {
    return this.#settings.views();
  }

  settingsOf(service: string): Result<SettingsView, ApiProblem> {
    const name = serviceNames.find((each) => each === service);
    return name === undefined ? err(unknownService(service)) : ok(this.#settings.view(name));
  }

  updateSettings<Name extends ServiceName>(
    service: Name,
    update: SettingsUpdate<Name>,
    expectedRevision: number | undefined,
  ): Promise<Result<SettingsView, ApiProblem>> {
    return this.#inTurn(async () => {
      const name: ServiceName | undefined = serviceNames.find((each) => each === service);
      if (name === undefined) return err(unknownService(service));
      const proposed = this.#settings.propose(name, update);
      if (!proposed.ok) return proposed;
      const document = proposed.value;
      const problem = this.#problemWith(document, Object.keys(update));
      if (problem !== undefined) return err(problem);
      const saved = await this.#save({ action: "put", document }, expectedRevision);
      return saved.ok ? ok(this.#settings.view(name)) : saved;
    });
  }

  /** What the settings would contradict: each other, or the rules that are in force. */
  #problemWith(document: ServiceDocument, changed: readonly string[]): ApiProblem | undefined {
    const values = this.#settings.valuesWith(document);
    for (const { fields, text } of findContradictions(values)) {
      const ofThis = fields[document.name] ?? [];
      // One that was there before is not this change's fault.
      const field = ofThis.find((each) => changed.includes(each));
      if (field !== undefined) return { code: "SC_VALUE_OUT_OF_RANGE", field, detail: text };
    }
    if (document.name !== "guardian" || !changed.includes("eventTimeoutWindows")) return undefined;
    const problem = this.#rules.checkAll(values.guardian);
    return problem && { ...problem, code: "SC_VALUE_OUT_OF_RANGE", field: "eventTimeoutWindows" };
  }

  async #inTurn<Value>(
    run: () => Promise<Result<Value, ApiProblem>>,
  ): Promise<Result<Value, ApiProblem>> {
    const mine = this.#turn.then(() =>
      this.#isKnown
        ? run()
        : err<ApiProblem>({ code: stateUnreadable.code, detail: stateUnreadable.text }),
    );
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #save(
    write: DocumentWrite,
    expectedRevision: number | undefined,
  ): Promise<Result<void, ApiProblem>> {
    const { store, log } = this.#deps;
    const key = keyOf(write.action === "put" ? write.document : write);
    // Who saw nothing there may take the place of what cannot be understood.
    const expected = expectedRevision === 0 ? (this.#leftOut.get(key) ?? 0) : expectedRevision;
    const saved = await store.save([
      { ...write, ...(expected !== undefined && { expectedRevision: expected }) },
    ]);
    if (!saved.ok) {
      const { code, text } = saved.error;
      return err({ code, detail: `nothing was changed: ${text}` });
    }
    this.#leftOut.delete(key);
    // The store's watch has told us of it before it answered: it is in force.
    log.info("a document was changed by a person", { write });
    return ok(undefined);
  }

  #takeChanges(changes: readonly DocumentChange[]): void {
    if (!this.#isKnown) return;
    const guardian = this.inForce("guardian");
    const changed = new Set<Resource>();
    const news: DocumentNews[] = [];
    for (const change of changes) {
      const one =
        change.kind === "rule" ? this.#takeRule(change, changed) : this.#takeService(change);
      if (one !== undefined) news.push(one);
    }
    const now = this.inForce("guardian");
    const isAnew =
      guardian.windowSeconds !== now.windowSeconds ||
      guardian.eventTimeoutWindows !== now.eventTimeoutWindows ||
      guardian.noDataSeconds !== now.noDataSeconds;
    if (isAnew) for (const resource of resources) changed.add(resource);
    if (changed.size > 0) this.#policies = this.#compile([...changed], now);
    for (const listen of this.#listeners) for (const one of news) listen(one);
  }

  #compile(changed: readonly Resource[], guardian: GuardianSettings): PolicyBook {
    const { cpu, mem } = this.#rules.compile(changed, guardian);
    return policyBook([cpu, mem, ...(this.#deps.otherPolicies ?? [])]);
  }

  #takeRule(change: DocumentChange, changed: Set<Resource>): DocumentNews | undefined {
    const { name, revision, document } = change;
    const before = this.#rules.view(name);
    if (document === undefined) {
      if (before === undefined || before.origin === "preset") return undefined;
      this.#rules.remove(name);
    } else {
      if (document.kind !== "rule" || revision <= (before?.revision ?? 0)) return undefined;
      this.#rules.put(name, document.content, revision);
    }
    const after = this.#rules.view(name);
    for (const view of [before, after]) if (view !== undefined) changed.add(view.rule.resource);
    return { topic: "rules", data: after ?? { name, isRemoved: true } };
  }

  #takeService({ kind, name, revision, document }: DocumentChange): DocumentNews | undefined {
    const service = serviceNames.find((each) => kind === "service" && each === name);
    if (service === undefined) return undefined;
    if (document === undefined) {
      this.#settings.remove(service);
    } else {
      if (document.kind !== "service" || revision <= this.#settings.revisionOf(service)) {
        return undefined;
      }
      this.#settings.put(document, revision);
    }
    return { topic: "settings", data: this.#settings.view(service) };
  }
}

const keyOf = ({ kind, name }: { readonly kind: string; readonly name: string }): string =>
  `${kind}/${name}`;

const unknownService = (service: string): ApiProblem => ({
  code: "SC_SERVICE_UNKNOWN",
  detail: `there is no service called ${service}; there are ${serviceNames.join(", ")}`,
});
