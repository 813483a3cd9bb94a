/**
 * Rules and settings that people change while everything runs. A change is checked as a whole, stored,
 * and in force when the answer leaves: services ask here at each of their ticks. One change at a time,
 * so that two that are each fine cannot be stored together when they contradict each other.
 */
import {
  err,
  type GuardianSettings,
  type KeptKind,
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
  ChangeOptions,
  ChangeProblem,
  DocumentChange,
  DocumentChanges,
  DocumentStore,
  DocumentWrite,
  HealthProblem,
  KeptView,
  LiveChange,
  LiveDocuments,
  LoadedDocuments,
  Log,
  RuleView,
  SettingsUpdate,
  SettingsView,
  StreamMessage,
} from "@sc/ports";
import { stateUnreadable } from "../structure-registry/state-unreadable.ts";
import { KeptBook } from "./kept-book.ts";
import { planChanges, unknownService } from "./plan-changes.ts";
import { RuleBook, type RuleBookDeps } from "./rule-book.ts";
import { SettingsBook, type SettingsBounds } from "./settings-book.ts";

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

export class DocumentDesk implements LiveDocuments, DocumentChanges {
  readonly #deps: DocumentDeskDeps;
  readonly #rules: RuleBook;
  readonly #settings: SettingsBook;
  readonly #kept = new KeptBook();
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

  async putRule(
    name: string,
    rule: RuleDocument,
    expectedRevision: number | undefined,
  ): Promise<Result<RuleView, ApiProblem>> {
    const changed = await this.changeAll([{ kind: "rule", name, rule, expectedRevision }]);
    return changed.ok ? this.rule(name) : err(problemOf(changed.error));
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
        const revision = revisionOf(expectedRevision);
        const saved = await this.#save([{ action: "remove", kind: "rule", name, ...revision }]);
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

  async updateSettings<Name extends ServiceName>(
    service: Name,
    update: SettingsUpdate<Name>,
    expectedRevision: number | undefined,
  ): Promise<Result<SettingsView, ApiProblem>> {
    const change: object = { kind: "settings", service, update, expectedRevision };
    const changed = await this.changeAll(isSettingsChange(change) ? [change] : []);
    return changed.ok ? this.settingsOf(service) : err(problemOf(changed.error));
  }

  kept(kind: KeptKind): readonly KeptView[] {
    return this.#kept.views(kind);
  }

  changeAll(
    changes: readonly LiveChange[],
    { isDryRun = false }: ChangeOptions = {},
  ): Promise<Result<void, ChangeProblem>> {
    return this.#inTurn(async (): Promise<Result<void, ChangeProblem>> => {
      const books = { rules: this.#rules, settings: this.#settings, kept: this.#kept };
      const planned = planChanges(changes, books);
      if (!planned.ok) return planned;
      if (isDryRun || changes.length === 0) return ok(undefined);
      return this.#save(
        planned.value.map((document, at) => ({
          action: "put",
          document,
          ...revisionOf(changes[at]?.expectedRevision),
        })),
      );
    });
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

  async #save(writes: readonly DocumentWrite[]): Promise<Result<void, ApiProblem>> {
    const { store, log } = this.#deps;
    const keys = writes.map((write) => keyOf(write.action === "put" ? write.document : write));
    const saved = await store.save(
      writes.map((write, at) => {
        // Who saw nothing there may take the place of what cannot be understood.
        const isFirst = write.expectedRevision === 0;
        return isFirst
          ? { ...write, ...revisionOf(this.#leftOut.get(keys[at] ?? "") ?? 0) }
          : write;
      }),
    );
    if (!saved.ok) {
      const { code, text } = saved.error;
      return err({ code, detail: `nothing was changed: ${text}` });
    }
    for (const key of keys) this.#leftOut.delete(key);
    // The store's watch has told us of it before it answered: it is in force.
    for (const write of writes) log.info("a document was changed by a person", { write });
    return ok(undefined);
  }

  #takeChanges(changes: readonly DocumentChange[]): void {
    if (!this.#isKnown) return;
    const guardian = this.inForce("guardian");
    const changed = new Set<Resource>();
    const news: DocumentNews[] = [];
    for (const change of changes) {
      this.#kept.take(change);
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

const revisionOf = (expectedRevision: number | undefined) =>
  expectedRevision === undefined ? {} : { expectedRevision };

const isSettingsChange = (change: object): change is LiveChange =>
  "kind" in change && change.kind === "settings";

/** Where there is one change, nobody asks which. */
const problemOf = ({ at: _, ...problem }: ChangeProblem): ApiProblem => problem;
