import {
  type HostTotals,
  type MonotonicSeconds,
  ok,
  type Result,
  resources,
  type StructureName,
} from "@sc/domain";
import type {
  ApiProblem,
  Brakes,
  Bus,
  ChangeView,
  Clock,
  ContainerView,
  Counters,
  EventView,
  ExplainView,
  HealthProblem,
  HealthView,
  Heartbeats,
  HistoryQuery,
  HistoryStore,
  HostAgent,
  LimitsUpdate,
  LiveStream,
  Log,
  ModePreview,
  ModeUpdate,
  Orchestration,
  PauseOutcome,
  PolicyView,
  Recommendations,
  ReleaseReport,
  RequestView,
  SettingsOutcome,
  Subscription,
  UsageHistories,
} from "@sc/ports";
import type { DocumentDesk } from "../live-documents/document-desk.ts";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { explainContainer } from "./explain-container.ts";
import { healthView } from "./health-view.ts";
import { History } from "./history.ts";
import { KeptHistory } from "./kept-history.ts";
import { MemoryKills } from "./memory-kills.ts";
import { MessageCounters } from "./message-counters.ts";
import { MessageStream } from "./message-stream.ts";
import { type PreviewFirstLimit, previewModeChange } from "./preview-mode.ts";
import { SettingsChanges } from "./settings-changes.ts";
import { StructureViews } from "./structure-views.ts";
import { unknownPolicies } from "./unknown-policies.ts";
import { UsageQuestions } from "./usage-questions.ts";

export interface OrchestratorDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly agent: HostAgent;
  readonly brakes: Brakes;
  readonly recommendations: Recommendations;
  readonly documents: Pick<DocumentDesk, "onChange" | "policies">;
  readonly history: Pick<HistoryStore, "records" | "usage" | "structures" | "status">;
  readonly totals: HostTotals;
  /** Those whose health is shown; asked each time, so that the list may hold this one too. */
  readonly services: () => readonly Pick<Service, "name" | "health">[];
  readonly heartbeats?: Heartbeats;
  /** What other parts found that an operator should look at. */
  readonly problems: () => readonly HealthProblem[];
  readonly previewFirstLimit: PreviewFirstLimit;
}

export class Orchestrator implements Service, Orchestration {
  readonly name = "orchestrator";
  readonly stream: LiveStream;
  readonly usageHistories: UsageHistories;
  readonly counters: Counters;
  readonly #deps: OrchestratorDeps;
  readonly #recent: History;
  readonly #kills: MemoryKills;
  readonly #kept: KeptHistory;
  readonly #views: StructureViews;
  readonly #changes: SettingsChanges;
  readonly #stream: MessageStream;
  readonly #counters: MessageCounters;
  readonly #startedAt: MonotonicSeconds;
  #subscriptions: readonly Subscription[] = [];
  #isRunning = false;

  constructor(deps: OrchestratorDeps) {
    const { agent, bus, clock, history, log } = deps;
    this.#deps = deps;
    this.#startedAt = clock.monotonic();
    const isRunning = (name: StructureName): boolean => agent.container(name) !== undefined;
    this.#recent = new History(isRunning);
    this.#kills = new MemoryKills(clock);
    this.#kept = new KeptHistory({ recent: this.#recent, store: history });
    this.#views = new StructureViews({ ...deps, history: this.#recent });
    this.#changes = new SettingsChanges({ ...deps, views: this.#views });
    this.#stream = new MessageStream({
      bus,
      log,
      documents: deps.documents,
      structures: () => this.listStructures(),
    });
    this.#counters = new MessageCounters(bus);
    this.stream = this.#stream;
    this.counters = this.#counters;
    this.usageHistories = new UsageQuestions({ clock, history, isRunning });
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { bus } = this.#deps;
    this.#subscriptions = [...this.#recent.listen(bus), this.#kills.listen(bus)];
    this.#stream.start();
    this.#counters.start();
  }

  async stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#stream.stop();
    this.#counters.stop();
    this.#isRunning = false;
  }

  /** It only answers; a question that fails, fails for who asked. */
  health(): ServiceHealth {
    return { status: this.#isRunning ? "running" : "stopped", lastError: undefined };
  }

  listStructures(): readonly ContainerView[] {
    return this.#views.list();
  }

  structure(name: string): Result<ContainerView, ApiProblem> {
    const found = this.#views.find(name);
    return found.ok ? ok(this.#views.view(found.value)) : found;
  }

  previewMode(name: string, update: ModeUpdate): Result<ModePreview, ApiProblem> {
    const found = this.#views.find(name);
    if (!found.ok) return found;
    const { container, settings } = found.value;
    const [resource = "cpu"] = update.resources ?? [];
    return ok(
      previewModeChange({
        container,
        resource,
        mode: update.mode,
        settings: settings.resources[resource],
        isPaused: this.#deps.registry.isPaused(container.facts.name),
        brakes: this.#deps.brakes.brakesOf(container.facts.name, resource),
        previewFirstLimit: this.#deps.previewFirstLimit,
      }),
    );
  }

  setMode(name: string, update: ModeUpdate): Promise<Result<SettingsOutcome, ApiProblem>> {
    return this.#changes.setMode(name, update);
  }

  setLimits(name: string, update: LimitsUpdate): Promise<Result<SettingsOutcome, ApiProblem>> {
    return this.#changes.setLimits(name, update);
  }

  setPaused(
    name: string | undefined,
    isPaused: boolean,
  ): Promise<Result<PauseOutcome, ApiProblem>> {
    return this.#changes.setPaused(name, isPaused);
  }

  release(name: string | undefined): Promise<Result<ReleaseReport, ApiProblem>> {
    return this.#changes.release(name);
  }

  events(query: HistoryQuery): Promise<readonly EventView[]> {
    return this.#kept.events(query);
  }

  requests(query: HistoryQuery): Promise<readonly RequestView[]> {
    return this.#kept.requests(query);
  }

  changes(query: HistoryQuery): Promise<readonly ChangeView[]> {
    return this.#kept.changes(query);
  }

  explain(name: string): Result<ExplainView, ApiProblem> {
    const found = this.#views.find(name);
    if (!found.ok) return found;
    const { facts, held } = found.value.container;
    const structure = facts.name;
    return ok(
      explainContainer({
        held,
        view: this.#views.view(found.value),
        brakesOf: (resource) => this.#deps.brakes.brakesOf(structure, resource),
        decision: (resource) => this.#recent.decision(structure, resource),
        lastChange: (resource) => this.#recent.lastChange(structure, resource),
      }),
    );
  }

  hostHealth(): HealthView {
    const { agent, clock, history, problems, registry, services } = this.#deps;
    const structures = this.listStructures();
    return healthView({
      host: agent.host,
      isPaused: registry.isPausedAll,
      isStateKnown: registry.isKnown,
      uptimeSeconds: clock.monotonic() - this.#startedAt,
      containers: structures.length,
      inAuto: structures.filter((view) => resources.some((r) => view.resources[r]?.mode === "auto"))
        .length,
      services: services(),
      lastBeat: (name) => this.#deps.heartbeats?.lastBeat(name),
      history: history.status(),
      hostObservation: agent.hostObservation(),
      finderProblems: agent.problems(),
      notSaved: registry.notSaved,
      problems: [
        ...problems(),
        ...this.#kills.problems(),
        ...unknownPolicies(structures, this.#deps.documents.policies()),
      ],
    });
  }

  policies(): readonly PolicyView[] {
    const { documents, registry } = this.#deps;
    const book = documents.policies();
    return resources.flatMap((resource) =>
      [...book[resource].keys()].map((name) => ({
        name,
        resource,
        isDefault: name === registry.defaultPolicyOf(resource),
      })),
    );
  }
}
