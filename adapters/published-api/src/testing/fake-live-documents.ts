import {
  byResource,
  err,
  type KeptDocument,
  type KeptKind,
  ok,
  publishedRules,
  type Result,
  type RuleDocument,
  resources,
  type ServiceName,
} from "@sc/domain";
import type {
  ApiProblem,
  ChangeOptions,
  ChangeProblem,
  DocumentChanges,
  LiveChange,
  LiveDocuments,
  RuleView,
  SettingsView,
} from "@sc/ports";

/** The published rules and whatever settings, changed without a check. */
export class FakeLiveDocuments implements LiveDocuments, DocumentChanges {
  readonly #rules = new Map<string, RuleView>();
  readonly #kept = new Map<string, KeptDocument & { revision: number }>();
  readonly #settings: Map<ServiceName, SettingsView>;
  /** Every change that was asked for, refused ones too. */
  readonly asked: LiveChange[] = [];
  /** What the next change is refused with. */
  refusal: ChangeProblem | undefined;
  /** So many changes meet another that was quicker. */
  stale = 0;

  constructor(settings: readonly SettingsView[] = []) {
    this.#settings = new Map(settings.map((view) => [view.service, view]));
    const sets = byResource(publishedRules);
    for (const resource of resources) {
      const common = { resource, isActive: true } as const;
      for (const rule of sets[resource].eventRules)
        this.#put({ ...common, kind: "event", ...rule });
      for (const rule of sets[resource].requestRules) {
        this.#put({ ...common, kind: "request", ...rule });
      }
    }
  }

  #put(rule: RuleDocument): void {
    const { name } = rule;
    const revision = (this.#rules.get(name)?.revision ?? -1) + 1;
    this.#rules.set(name, { name, revision, origin: "preset", rule });
  }

  rules(): readonly RuleView[] {
    return [...this.#rules.values()];
  }

  rule(name: string): Result<RuleView, ApiProblem> {
    const view = this.#rules.get(name);
    return view === undefined ? err({ code: "SC_RULE_UNKNOWN", detail: `no ${name}` }) : ok(view);
  }

  settings(): readonly SettingsView[] {
    return [...this.#settings.values()];
  }

  settingsOf(service: string): Result<SettingsView, ApiProblem> {
    const view = this.settings().find((each) => each.service === service);
    if (view !== undefined) return ok(view);
    return err({ code: "SC_SERVICE_UNKNOWN", detail: `no ${service}` });
  }

  kept(kind: KeptKind) {
    return [...this.#kept.values()].filter((each) => each.kind === kind);
  }

  async changeAll(
    changes: readonly LiveChange[],
    { isDryRun = false }: ChangeOptions = {},
  ): Promise<Result<void, ChangeProblem>> {
    if (isDryRun) return ok(undefined);
    this.asked.push(...changes);
    if (this.stale > 0) {
      this.stale -= 1;
      return err({ code: "SC_STORE_STALE_REVISION", detail: "another was quicker" });
    }
    if (this.refusal !== undefined) return err(this.refusal);
    for (const change of changes) this.#take(change);
    return ok(undefined);
  }

  #take(change: LiveChange): void {
    if (change.kind === "rule") {
      this.#put(change.rule);
      return;
    }
    if (change.kind !== "settings") {
      const revision = (this.#kept.get(change.name)?.revision ?? 0) + 1;
      this.#kept.set(change.name, { ...change, revision });
      return;
    }
    const view = this.#settings.get(change.service);
    if (view !== undefined) Object.assign(view.values, change.update);
  }

  putRule = notAsked;
  removeRule = notAsked;
  updateSettings = notAsked;
}

function notAsked(): never {
  throw new Error("published clients do not ask for this");
}
