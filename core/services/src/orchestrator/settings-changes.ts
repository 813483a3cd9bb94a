/**
 * What people change of structures. Whatever makes us write less (observe, pause, release) is in force
 * before the disk has answered; what makes us write more is in force only once it is saved.
 */
import {
  err,
  type HostTotals,
  isRateResource,
  type Mode,
  ok,
  type Resource,
  type Result,
  resources,
  type StructureName,
  type StructureSettings,
  totalOf,
  unknownRateTotals,
} from "@sc/domain";
import type {
  AgentContainerView,
  ApiProblem,
  HostAgent,
  LimitsUpdate,
  Log,
  ModeUpdate,
  NotSaved,
  PauseOutcome,
  ReleaseReport,
  SettingsOutcome,
} from "@sc/ports";
import type { DocumentDesk } from "../live-documents/document-desk.ts";
import { type StateUnreadable, stateUnreadable } from "../structure-registry/state-unreadable.ts";
import type { SettingsChange } from "../structure-registry/stored-structures.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { checkLimits } from "./check-limits.ts";
import { isAwayFromFirstLimit } from "./container-view.ts";
import type { Found, StructureViews } from "./structure-views.ts";

export interface SettingsChangesDeps {
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly agent: HostAgent;
  readonly totals: HostTotals;
  readonly views: StructureViews;
  readonly documents: Pick<DocumentDesk, "policies">;
}

export class SettingsChanges {
  readonly #deps: SettingsChangesDeps;

  constructor(deps: SettingsChangesDeps) {
    this.#deps = deps;
  }

  async setMode(name: string, update: ModeUpdate): Promise<Result<SettingsOutcome, ApiProblem>> {
    const found = this.#findToChange(name);
    if (!found.ok) return found;
    const { container, settings } = found.value;
    const changed = update.resources ?? ["cpu"];
    const change = {
      structures: [{ name: container.facts.name, resources: withMode(changed, update.mode) }],
    };
    if (update.mode === "auto") {
      const unbounded = changed.find((resource) => isUnbounded(resource, settings));
      if (unbounded !== undefined) return err(noMax(unbounded, container.facts.name));
      const saved = await this.#saveRequired(change);
      return saved.ok ? this.#outcome(found.value, []) : saved;
    }
    const saving = this.#saveBestEffort(change);
    const released = await this.#putBackFirstLimit(container, changed);
    return this.#outcome(found.value, [...(await saving), ...released]);
  }

  async setLimits(
    name: string,
    update: LimitsUpdate,
  ): Promise<Result<SettingsOutcome, ApiProblem>> {
    const found = this.#findToChange(name);
    if (!found.ok) return found;
    const { container, settings } = found.value;
    const { resource } = update;
    const stored = checkLimits(update, {
      settings: settings.resources[resource],
      hostTotal: totalOf(this.#deps.totals, resource),
      policies: this.#deps.documents.policies(),
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
    const targets = this.#deps.views.targets(name);
    if (!targets.ok) return targets;
    if (!this.#deps.registry.isKnown) return err(problemOf(stateUnreadable));
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
    return ok({ isPaused, structures: names, warnings: this.#stillPaused(name) });
  }

  /** The pause of one and that of everything do not end each other. */
  #stillPaused(name: string | undefined): readonly string[] {
    const { registry, views } = this.#deps;
    if (name !== undefined) {
      const isHeld = registry.isPausedAll;
      return isHeld ? ["everything is still paused: resume all to let it be scaled"] : [];
    }
    const targets = views.targets(undefined);
    const left = targets.ok ? targets.value.filter((each) => registry.isPaused(each)) : [];
    if (left.length === 0) return [];
    return [`still paused by themselves, resume them by name: ${left.join(", ")}`];
  }

  /** Puts first limits back whatever is stored: that is never refused. */
  async release(name: string | undefined): Promise<Result<ReleaseReport, ApiProblem>> {
    const targets = this.#deps.views.targets(name);
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

  #findToChange(name: string): Result<Found, ApiProblem> {
    const found = this.#deps.views.find(name);
    if (!found.ok || this.#deps.registry.isKnown) return found;
    return err(problemOf(stateUnreadable));
  }

  /** What is true now; a container that went meanwhile is shown as it was. */
  #outcome(before: Found, warnings: readonly string[]): Result<SettingsOutcome, ApiProblem> {
    const { views } = this.#deps;
    const now = views.find(before.container.facts.name);
    return ok({ structure: views.view(now.ok ? now.value : before), warnings });
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
  async #putBackFirstLimit(
    container: AgentContainerView,
    changed: readonly Resource[],
  ): Promise<readonly string[]> {
    const which = changed.filter((resource) => isAwayFromFirstLimit(container, resource));
    if (which.length === 0) return [];
    const report = await this.#deps.agent.release([container.facts.name], which);
    const [failure] = report.failed;
    if (failure !== undefined) return [`its first limit is not back yet: ${failure.reason.text}`];
    return report.released.length === 0 ? [] : ["its first limit was put back"];
  }

  async #saveRequired(change: SettingsChange): Promise<Result<void, ApiProblem>> {
    const saved = await this.#deps.registry.update(change, "required");
    if (saved.ok) {
      this.#deps.log.info("settings changed by a person", { change });
      return saved;
    }
    return err(problemOf(saved.error));
  }

  /** In force when it returns its promise; answers with what the caller should know. */
  async #saveBestEffort(change: SettingsChange): Promise<readonly string[]> {
    this.#deps.log.info("settings changed by a person", { change });
    const saved = await this.#deps.registry.update(change, "best-effort");
    if (saved.ok) return [];
    this.#deps.log.warn(
      "settings hold until the next restart only, unless they can be saved before",
      { error: saved.error.text },
    );
    return [`in force, but lost at the next restart: it could not be saved: ${saved.error.text}`];
  }
}

function problemOf({ code, text }: NotSaved | StateUnreadable): ApiProblem {
  const why = code === "SC_STATE_NOT_SAVED" ? `because it could not be saved: ${text}` : text;
  return { code, detail: `nothing was changed, ${why}` };
}

/** Nobody knows how fast the disk or the network is, and no limit said how fast it may be. */
const isUnbounded = (resource: Resource, { resources: settings }: StructureSettings): boolean =>
  isRateResource(resource) && settings[resource].max >= unknownRateTotals[resource];

const noMax = (resource: Resource, name: StructureName): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field: "max",
  detail:
    `${resource} of ${name} has no limit, and nobody said how much of it the host has: set max, ` +
    "then the mode",
});

const withMode = (changed: readonly Resource[], mode: Mode) =>
  Object.fromEntries(changed.map((resource) => [resource, { mode }]));
