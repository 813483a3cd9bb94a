/**
 * With this policy, last week would have been so: what a structure used, as the history has it, is given
 * to a policy in a simulated host, and the figures stand beside what was.
 *
 * The load is what was used, not what was wanted: a limit of the time may have held it back, and the
 * answer says for how much of it that was so. What is not known is left out, never zero.
 */
import {
  type BrakeSettings,
  type ComputeResource,
  type DefaultSettings,
  err,
  formatShares as formatNumber,
  type HostTotals,
  ok,
  parseStructureName,
  type ResourceSettings,
  type Result,
  resourceUnits,
  type UsageHistory,
  wallSeconds,
  whyUnknown,
} from "@sc/domain";
import type {
  ApiProblem,
  Clock,
  HistoryStore,
  ReplayFailure,
  ReplayQuestion,
  ReplayRunner,
  Replays,
  ReplayTask,
  ReplayView,
  UsageHistories,
} from "@sc/ports";
import type { DocumentDesk } from "../live-documents/document-desk.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { notesOn } from "./notes-on-replay.ts";
import { type RecordedLoad, recordedLoad } from "./recorded-load.ts";

export interface ReplayDeskDeps {
  readonly clock: Pick<Clock, "wall">;
  readonly histories: UsageHistories;
  readonly history: Pick<HistoryStore, "records">;
  readonly registry: Pick<StructureRegistry, "settingsOf">;
  /** Of a structure that is gone. */
  readonly defaults: DefaultSettings;
  readonly totals: HostTotals;
  readonly documents: Pick<DocumentDesk, "policies" | "rulesInForce">;
  readonly brakes: () => BrakeSettings;
  readonly runner: ReplayRunner;
}

const day = 86_400;
const spanByDefault = day;
/** As long as usage is kept in steps of 10 s; a longer one would not end in bounded time either. */
const spanMost = 7 * day;
/** Steps that are asked for; the history answers in those it has. */
const stepsMost = 100_000;
/** Of less nothing can be said. */
const knownSecondsLeast = 60;
/** As many changes are counted; where there were more, the newest of them tell how fast they came. */
const changesMost = 20_000;
const leastLimit = 1;

interface Span {
  readonly from: number;
  readonly to: number;
}

export class ReplayDesk implements Replays {
  readonly #deps: ReplayDeskDeps;

  constructor(deps: ReplayDeskDeps) {
    this.#deps = deps;
  }

  async replay(
    name: string,
    question: ReplayQuestion,
    signal: AbortSignal,
  ): Promise<Result<ReplayView, ApiProblem>> {
    const { resource } = question;
    const span = this.#spanOf(question);
    const problem = this.#problemWith(question, span);
    if (problem !== undefined) return err(problem);
    const stepSeconds = Math.max(1, Math.ceil((span.to - span.from) / stepsMost));
    const answer = await this.#deps.histories.usageHistory(name, { ...span, stepSeconds });
    if (!answer.ok) return answer;
    const history = answer.value;
    const load = recordedLoad(history, resource);
    if (load.seconds < knownSecondsLeast) return err(noData(load.seconds));
    const settings = this.#settingsFor(name, question, load);
    if (!settings.ok) return settings;
    const task = this.#taskFor(question, settings.value, history.stepSeconds, load);
    const run = await this.#deps.runner.run(task, signal);
    if (!run.ok) return err(problemOf(run.error));
    const { structure } = history;
    const { seconds } = load;
    const within = { ...span, knownSeconds: seconds };
    const changesPerMinute = await this.#changesPerMinute(history, resource, within);
    const { min, max } = settings.value;
    const { brakes = "configured", policy } = question;
    const coverage = { seconds, ratio: Math.min(1, seconds / (span.to - span.from)) };
    const view = {
      ...{ structure, resource, policy, brakes, min, max, ...span, coverage },
      stepSeconds: history.stepSeconds,
      was: { ...load.was, changesPerMinute },
      wouldHaveBeen: run.value,
    };
    return ok({ ...view, notes: notesOn(view) });
  }

  #spanOf({ from, to = this.#deps.clock.wall() }: ReplayQuestion): Span {
    return { from: from ?? to - spanByDefault, to };
  }

  /** What the history will not see for itself. */
  #problemWith(
    { resource, policy, min, max }: ReplayQuestion,
    { from, to }: Span,
  ): ApiProblem | undefined {
    const why = whyUnknown(this.#deps.documents.policies(), resource, policy);
    if (why !== undefined) return { code: "SC_POLICY_UNKNOWN", field: "policy", detail: why.text };
    if (Number.isFinite(to - from) && to - from > spanMost) {
      return outOfRange("from", `from is ${to - from} s before to, it must be at most ${spanMost}`);
    }
    const most = this.#deps.totals[resource];
    const bound = `from ${leastLimit} to ${formatNumber(most)} ${resourceUnits[resource]}`;
    for (const [field, value] of Object.entries({ min, max })) {
      const isWithin = value === undefined || (value >= leastLimit && value <= most);
      if (!isWithin) return outOfRange(field, `${field} is ${value}, it must be ${bound}`);
    }
    return undefined;
  }

  #settingsFor(
    text: string,
    { resource, min, max }: ReplayQuestion,
    load: RecordedLoad,
  ): Result<ReplayTask["settings"], ApiProblem> {
    const name = parseStructureName(text);
    const inForce = name.ok ? this.#deps.registry.settingsOf(name.value) : undefined;
    const own = inForce?.resources[resource] ?? this.#settingsWithout(resource, load);
    const settings = { min: min ?? own.min, max: max ?? own.max, boundary: own.boundary };
    if (settings.min <= settings.max) return ok(settings);
    // What was not named gives way, as it does for a container that is smaller than its default.
    if (min === undefined) return ok({ ...settings, min: settings.max });
    const detail = `min is ${min}, it must be at most max (${formatNumber(settings.max)})`;
    return err(outOfRange("min", detail));
  }

  /** It is gone: the highest limit it had is the best that is known of its owner's. */
  #settingsWithout(
    resource: ComputeResource,
    { was }: RecordedLoad,
  ): Pick<ResourceSettings, "min" | "max" | "boundary"> {
    const { min, boundary } = this.#deps.defaults[resource];
    const max = Math.min(was.peakLimit ?? Infinity, this.#deps.totals[resource]);
    return { min: Math.min(min, max), max, boundary };
  }

  #taskFor(
    { resource, policy, brakes }: ReplayQuestion,
    settings: ReplayTask["settings"],
    stepSeconds: number,
    { used }: RecordedLoad,
  ): ReplayTask {
    const rules = this.#deps.documents.rulesInForce(resource);
    const braked = brakes === "none" ? brakes : this.#deps.brakes();
    return { resource, policy, rules, settings, brakes: braked, stepSeconds, used };
  }

  async #changesPerMinute(
    { structure }: UsageHistory,
    resource: ComputeResource,
    { from, to, knownSeconds }: Span & { readonly knownSeconds: number },
  ): Promise<number | undefined> {
    const found = await this.#deps.history.records({
      kind: "change",
      structure,
      limit: changesMost,
      from: wallSeconds(from),
      to: wallSeconds(to),
    });
    if (!found.ok) return undefined;
    const oldest = found.value.at(-1)?.change.stamp ?? from;
    const isWhole = found.value.length < changesMost;
    const seconds = isWhole ? knownSeconds : Math.max(to - oldest, 1);
    const ours = found.value.filter(
      ({ change }) => change.resource === resource && change.outcome === "applied",
    );
    return (ours.length / seconds) * 60;
  }
}

const outOfRange = (field: string, detail: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail,
});

const noData = (seconds: number): ApiProblem => ({
  code: "SC_REPLAY_NO_DATA",
  detail: `the history knows ${formatNumber(seconds)} s of that time, and ${knownSecondsLeast} are needed`,
});

const codes = {
  cancelled: "SC_REPLAY_FAILED",
  failed: "SC_REPLAY_FAILED",
  "too-long": "SC_REPLAY_TIMEOUT",
  unsupported: "SC_REPLAY_UNSUPPORTED",
} as const satisfies Record<ReplayFailure["kind"], ApiProblem["code"]>;

const problemOf = ({ kind, text }: ReplayFailure): ApiProblem => ({
  code: codes[kind],
  ...(kind === "unsupported" && { field: "policy" }),
  detail: text,
});
