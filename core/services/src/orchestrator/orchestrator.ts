/**
 * What people and programs may ask, answered from what the other services know. It decides nothing
 * about limits: it changes settings, and policy, brakes and the agent act on them.
 *
 * Whatever makes us write less (observe, pause, release) is in force before the disk has answered;
 * what makes us write more is in force only once it is saved.
 */
import {
  err,
  type Mode,
  type MonotonicSeconds,
  ok,
  parseStructureName,
  type Resource,
  type Result,
  resources,
  type StructureName,
  type StructureSettings,
} from "@sc/domain";
import type {
  AgentContainerView,
  ApiProblem,
  Brakes,
  Bus,
  ChangeView,
  Clock,
  ContainerView,
  EventView,
  ExplainView,
  HealthView,
  HistoryQuery,
  HostAgent,
  LimitsUpdate,
  Log,
  ModePreview,
  ModeUpdate,
  NotSaved,
  Orchestration,
  PauseOutcome,
  ReleaseReport,
  RequestView,
  SettingsOutcome,
  Subscription,
} from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type {
  HostTotals,
  SettingsChange,
  StructureRegistry,
} from "../structure-registry/structure-registry.ts";
import { checkLimits } from "./check-limits.ts";
import { containerView, isAwayFromFirstLimit } from "./container-view.ts";
import { explainContainer } from "./explain-container.ts";
import { healthView } from "./health-view.ts";
import { History } from "./history.ts";
import { type PreviewFirstLimit, previewModeChange } from "./preview-mode.ts";

export interface OrchestratorDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly agent: HostAgent;
  readonly brakes: Brakes;
  readonly totals: HostTotals;
  /** Those whose health is shown; asked each time, so that the list may hold this one too. */
  readonly services: () => readonly Service[];
  readonly previewFirstLimit: PreviewFirstLimit;
}

export class Orchestrator implements Service, Orchestration {
  readonly name = "orchestrator";
  readonly #deps: OrchestratorDeps;
  readonly #history = new History();
  readonly #startedAt: MonotonicSeconds;
  #subscriptions: readonly Subscription[] = [];
  #isRunning = false;
  #notSaved: NotSaved | undefined;

  constructor(deps: OrchestratorDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.monotonic();
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#subscriptions = this.#history.listen(this.#deps.bus);
  }

  async stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#isRunning = false;
  }

  /** It only answers; a question that fails, fails for who asked. */
  health(): ServiceHealth {
    return { status: this.#isRunning ? "running" : "stopped", lastError: undefined };
  }

  listStructures(): readonly ContainerView[] {
    return this.#deps.agent.containers().flatMap((container) => {
      // Just found: the next question knows its settings.
      const settings = this.#deps.registry.settingsOf(container.facts.name);
      return settings === undefined ? [] : [this.#view({ container, settings })];
    });
  }

  structure(name: string): Result<ContainerView, ApiProblem> {
    const found = this.#find(name);
    return found.ok ? ok(this.#view(found.value)) : found;
  }

  previewMode(name: string, update: ModeUpdate): Result<ModePreview, ApiProblem> {
    const found = this.#find(name);
    if (!found.ok) return found;
    const { container, settings } = found.value;
    const [resource = "cpu"] = update.resources ?? [];
    return ok(
      previewModeChange({
        container,
        resource,
        mode: update.mode,
        settings: settings.resources[resource],
        brakes: this.#deps.brakes.brakesOf(container.facts.name, resource),
        previewFirstLimit: this.#deps.previewFirstLimit,
      }),
    );
  }

  async setMode(name: string, update: ModeUpdate): Promise<Result<SettingsOutcome, ApiProblem>> {
    const found = this.#find(name);
    if (!found.ok) return found;
    const { container } = found.value;
    const changed = update.resources ?? ["cpu"];
    const change = {
      structures: [{ name: container.facts.name, resources: withMode(changed, update.mode) }],
    };
    if (update.mode === "auto") {
      const saved = await this.#saveRequired(change);
      return saved.ok ? this.#outcome(found.value, []) : saved;
    }
    const saving = this.#saveBestEffort(change);
    const released = await this.#putBackFirstLimit(container);
    return this.#outcome(found.value, [...(await saving), ...released]);
  }

  async setLimits(
    name: string,
    update: LimitsUpdate,
  ): Promise<Result<SettingsOutcome, ApiProblem>> {
    const found = this.#find(name);
    if (!found.ok) return found;
    const { container, settings } = found.value;
    const { resource } = update;
    const stored = checkLimits(update, {
      settings: settings.resources[resource],
      hostTotal: this.#deps.totals[resource],
    });
    if (!stored.ok) return stored;
    const saved = await this.#saveRequired({
      structures: [{ name: container.facts.name, resources: { [resource]: stored.value } }],
    });
    return saved.ok ? this.#outcome(found.value, []) : saved;
  }

  async setPaused(
    name: string | undefined,
    isPaused: boolean,
  ): Promise<Result<PauseOutcome, ApiProblem>> {
    const targets = this.#targets(name);
    if (!targets.ok) return targets;
    const names = targets.value;
    const change: SettingsChange =
      name === undefined
        ? { isPausedAll: isPaused }
        : { structures: names.map((each) => ({ name: each, isPaused })) };
    if (isPaused) {
      return ok({ isPaused, structures: names, warnings: await this.#saveBestEffort(change) });
    }
    const saved = await this.#saveRequired(change);
    if (!saved.ok) return saved;
    const warnings =
      name !== undefined && this.#deps.registry.isPausedAll
        ? ["everything is still paused: resume all to let it be scaled"]
        : [];
    return ok({ isPaused, structures: names, warnings });
  }

  async release(name: string | undefined): Promise<Result<ReleaseReport, ApiProblem>> {
    const targets = this.#targets(name);
    if (!targets.ok) return targets;
    // Out of auto first, so that policy does not shrink again what is put back.
    const saving = this.#saveBestEffort(this.#toObserve(targets.value, name === undefined));
    try {
      const report = await this.#deps.agent.release(name === undefined ? undefined : targets.value);
      await saving;
      return ok(report);
    } catch (error) {
      await saving;
      const why = error instanceof Error ? error.message : String(error);
      this.#deps.log.error("could not put the first limits back", { structure: name, error: why });
      return err({ code: "SC_RELEASE_INCOMPLETE", detail: `the limits were not put back: ${why}` });
    }
  }

  async events(query: HistoryQuery): Promise<readonly EventView[]> {
    return this.#history.events(query);
  }

  async requests(query: HistoryQuery): Promise<readonly RequestView[]> {
    return this.#history.requests(query);
  }

  async changes(query: HistoryQuery): Promise<readonly ChangeView[]> {
    return this.#history.changes(query);
  }

  explain(name: string): Result<ExplainView, ApiProblem> {
    const found = this.#find(name);
    if (!found.ok) return found;
    const structure = found.value.container.facts.name;
    return ok(
      explainContainer({
        view: this.#view(found.value),
        brakesOf: (resource) => this.#deps.brakes.brakesOf(structure, resource),
        decision: (resource) => this.#history.decision(structure, resource),
        lastChange: (resource) => this.#history.lastChange(structure, resource),
      }),
    );
  }

  hostHealth(): HealthView {
    const { agent, clock, registry, services } = this.#deps;
    const structures = this.listStructures();
    return healthView({
      host: agent.host,
      isPaused: registry.isPausedAll,
      uptimeSeconds: clock.monotonic() - this.#startedAt,
      containers: structures.length,
      inAuto: structures.filter((view) => resources.some((r) => view.resources[r].mode === "auto"))
        .length,
      services: services(),
      hostObservation: agent.hostObservation(),
      finderProblems: agent.problems(),
      notSaved: this.#notSaved,
    });
  }

  #find(text: string): Result<Found, ApiProblem> {
    const name = parseStructureName(text);
    if (!name.ok) return err({ code: name.error.code, detail: name.error.message });
    const container = this.#deps.agent.container(name.value);
    const settings = this.#deps.registry.settingsOf(name.value);
    if (container === undefined || settings === undefined) {
      const detail = `no container called ${name.value} is running on ${this.#deps.agent.host}`;
      return err({ code: "SC_STRUCTURE_UNKNOWN", detail });
    }
    return ok({ container, settings });
  }

  /** The one that is named, or all that run. */
  #targets(name: string | undefined): Result<readonly StructureName[], ApiProblem> {
    if (name === undefined) {
      return ok(this.#deps.agent.containers().map(({ facts }) => facts.name));
    }
    const found = this.#find(name);
    return found.ok ? ok([found.value.container.facts.name]) : found;
  }

  #view({ container, settings }: Found): ContainerView {
    const { agent, brakes, registry } = this.#deps;
    const { name } = container.facts;
    return containerView({
      host: agent.host,
      container,
      settings,
      isPaused: registry.isPaused(name),
      brakes: brakes.brakesOf(name, "cpu"),
      lastChange: this.#newestChange(name),
    });
  }

  #newestChange(name: StructureName): ChangeView | undefined {
    const known = resources.flatMap((resource) => this.#history.lastChange(name, resource) ?? []);
    return known.toSorted((a, b) => b.stamp - a.stamp)[0];
  }

  /** What is true now; a container that went meanwhile is shown as it was. */
  #outcome(before: Found, warnings: readonly string[]): Result<SettingsOutcome, ApiProblem> {
    const now = this.#find(before.container.facts.name);
    return ok({ structure: this.#view(now.ok ? now.value : before), warnings });
  }

  /** Those of `names` that are not in observe and, for everything, also those that do not run. */
  #toObserve(names: readonly StructureName[], isEverything: boolean): SettingsChange {
    const { registry } = this.#deps;
    const running = names.filter((name) => {
      const settings = registry.settingsOf(name);
      return resources.some((resource) => settings?.resources[resource].mode !== "observe");
    });
    const all = new Set([...running, ...(isEverything ? registry.storedOutsideObserve() : [])]);
    const modes = withMode(resources, "observe");
    return { structures: [...all].map((name) => ({ name, resources: modes })) };
  }

  /** What nobody scales any more must not stay squeezed. */
  async #putBackFirstLimit(container: AgentContainerView): Promise<readonly string[]> {
    const settings = this.#deps.registry.settingsOf(container.facts.name);
    const isStillScaled = resources.some((each) => settings?.resources[each].mode === "auto");
    if (isStillScaled || !isAwayFromFirstLimit(container)) return [];
    const report = await this.#deps.agent.release([container.facts.name]);
    const [failure] = report.failed;
    if (failure !== undefined) return [`its first limit is not back yet: ${failure.reason.text}`];
    return report.released.length === 0 ? [] : ["its first limit was put back"];
  }

  async #saveRequired(change: SettingsChange): Promise<Result<void, ApiProblem>> {
    const saved = await this.#deps.registry.update(change, "required");
    this.#noteSaving(saved);
    if (saved.ok) {
      this.#deps.log.info("settings changed by a person", { change });
      return saved;
    }
    const detail = `nothing was changed, because it could not be saved: ${saved.error.text}`;
    return err({ code: saved.error.code, detail });
  }

  /** In force when it returns its promise; answers with what the caller should know. */
  async #saveBestEffort(change: SettingsChange): Promise<readonly string[]> {
    this.#deps.log.info("settings changed by a person", { change });
    const saved = await this.#deps.registry.update(change, "best-effort");
    this.#noteSaving(saved);
    if (saved.ok) return [];
    this.#deps.log.warn("settings hold until the next restart only", { error: saved.error.text });
    return [`in force, but lost at the next restart: it could not be saved: ${saved.error.text}`];
  }

  #noteSaving(saved: Result<void, NotSaved>): void {
    this.#notSaved = saved.ok ? undefined : saved.error;
  }
}

interface Found {
  readonly container: AgentContainerView;
  readonly settings: StructureSettings;
}

const withMode = (changed: readonly Resource[], mode: Mode) =>
  Object.fromEntries(changed.map((resource) => [resource, { mode }]));
