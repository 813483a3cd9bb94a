/**
 * Matches the usage of every container in auto or recommend against its limit, by policy, in the
 * very call in which the sample arrives: no timer stands between a usage step and its request.
 *
 * A structure whose decision throws is quarantined: asked up to its safe limit once, then held
 * until it starts anew or its settings change. The others go on.
 */
import {
  type ContainerId,
  type ContainerNotice,
  type Decision,
  type Hold,
  type Policy,
  type ResourceEvent,
  type ResourceSettings,
  reason,
  requestSafeLimit,
  type ScalingRequest,
  type StructureName,
  type UsageBatch,
  type UsageSample,
  type WallSeconds,
} from "@sc/domain";
import type { Bus, Clock, Log, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";

export interface GuardianDeps<State> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Pick<StructureRegistry, "settingsOf" | "isPaused">;
  readonly policy: Policy<State>;
}

interface Watched<State> {
  readonly id: ContainerId;
  state: State;
  /** The settings under which deciding failed; absent while all is well. */
  failedUnder: ResourceSettings | undefined;
}

/** What one usage batch leads to. */
interface Findings {
  readonly stamp: WallSeconds;
  readonly events: ResourceEvent[];
  readonly requests: ScalingRequest[];
  readonly holds: Hold[];
}

export class Guardian<State> implements Service {
  readonly name = "guardian";
  readonly #deps: GuardianDeps<State>;
  readonly #watched = new Map<StructureName, Watched<State>>();
  #subscriptions: readonly Subscription[] = [];
  #lastError: string | undefined;

  constructor(deps: GuardianDeps<State>) {
    this.#deps = deps;
  }

  start(): void {
    const { bus } = this.#deps;
    this.#subscriptions = [
      bus.subscribe("containers", (notices) => this.#forget(notices)),
      bus.subscribe("usage", (batch) => this.#decideAll(batch)),
    ];
  }

  stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#watched.clear();
    return Promise.resolve();
  }

  health(): ServiceHealth {
    if (this.#subscriptions.length === 0) return { status: "stopped", lastError: this.#lastError };
    for (const watched of this.#watched.values()) {
      if (watched.failedUnder !== undefined) {
        return { status: "failing", lastError: this.#lastError };
      }
    }
    return { status: "running", lastError: undefined };
  }

  /** Whatever a notice is about, what was observed before it no longer counts. */
  #forget(notices: readonly ContainerNotice[]): void {
    for (const notice of notices) {
      this.#watched.delete(notice.kind === "appeared" ? notice.facts.name : notice.name);
    }
  }

  #decideAll(batch: UsageBatch): void {
    const { bus, clock } = this.#deps;
    const found: Findings = { stamp: clock.wall(), events: [], requests: [], holds: [] };
    for (const sample of batch.samples) this.#decideOne(sample, found);
    if (found.events.length > 0) bus.publish("events", found.events);
    if (found.holds.length > 0) bus.publish("holds", found.holds);
    if (found.requests.length > 0) bus.publish("requests", found.requests);
  }

  #decideOne(sample: UsageSample, found: Findings): void {
    const { registry } = this.#deps;
    const settings = registry.settingsOf(sample.name)?.resources.cpu;
    if (settings === undefined || settings.mode === "observe") {
      this.#watched.delete(sample.name);
      return;
    }
    if (registry.isPaused(sample.name)) {
      this.#watched.delete(sample.name);
      found.holds.push(holdOf(sample, "paused", "paused: measured, not decided about"));
      return;
    }
    const watched = this.#watchedOf(sample);
    if (watched.failedUnder !== undefined) {
      if (isSameSettings(watched.failedUnder, settings)) {
        found.holds.push(holdOf(sample, "quarantined", quarantineText));
        return;
      }
      this.#watched.delete(sample.name);
    }
    this.#decideFor(sample, settings, found);
  }

  #decideFor(sample: UsageSample, settings: ResourceSettings, found: Findings): void {
    const watched = this.#watchedOf(sample);
    let decision: Decision<State>;
    try {
      decision = this.#deps.policy.decide(watched.state, {
        observation: observationOf(sample),
        settings,
        at: sample.at,
        stamp: found.stamp,
      });
    } catch (error) {
      watched.failedUnder = settings;
      this.#quarantine(sample, settings, { error, found });
      return;
    }
    watched.state = decision.state;
    for (const event of decision.events) found.events.push(event);
    const { outcome } = decision;
    if (outcome.kind === "request") found.requests.push(outcome.request);
    else found.holds.push(cpuHold(sample, outcome.reason));
  }

  #watchedOf(sample: UsageSample): Watched<State> {
    const known = this.#watched.get(sample.name);
    if (known !== undefined && known.id === sample.id) return known;
    const begun = {
      id: sample.id,
      state: this.#deps.policy.begin(sample.at),
      failedUnder: undefined,
    };
    this.#watched.set(sample.name, begun);
    return begun;
  }

  #quarantine(
    sample: UsageSample,
    settings: ResourceSettings,
    failure: { readonly error: unknown; readonly found: Findings },
  ): void {
    const { error, found } = failure;
    const cause = error instanceof Error ? error.message : String(error);
    this.#lastError = `${sample.name}: ${cause}`;
    this.#deps.log.error("deciding for a structure failed; it is held", {
      structure: sample.name,
      policy: this.#deps.policy.name,
      cause: error,
    });
    found.holds.push(holdOf(sample, "quarantined", quarantineText));
    const request = safeLimitRequest(sample, settings, found.stamp);
    if (request !== undefined) found.requests.push(request);
  }
}

const quarantineText = "deciding for it failed: held until it starts anew or its settings change";

const holdOf = (sample: UsageSample, code: "paused" | "quarantined", text: string): Hold =>
  cpuHold(sample, reason(code, text));

const cpuHold = (sample: UsageSample, why: Hold["reason"]): Hold => ({
  structure: sample.name,
  resource: "cpu",
  reason: why,
  at: sample.at,
});

const observationOf = (sample: UsageSample) => ({
  structure: sample.name,
  id: sample.id,
  windowSeconds: sample.windowSeconds,
  used: sample.cpuSharesUsed,
  limit: sample.cpuLimit?.quotaShares,
  isFrozen: sample.isFrozen,
});

/** For a structure whose limit is known and lower. */
function safeLimitRequest(
  { name: structure, id, at, cpuLimit }: UsageSample,
  settings: ResourceSettings,
  stamp: WallSeconds,
): ScalingRequest | undefined {
  if (cpuLimit === undefined) return undefined;
  const why = reason("quarantined", "deciding for it failed: up to its safe limit");
  return requestSafeLimit({ structure, id, at, stamp, cpuLimit, settings }, why);
}

const isSameSettings = (a: ResourceSettings, b: ResourceSettings): boolean =>
  a.mode === b.mode &&
  a.min === b.min &&
  a.max === b.max &&
  a.boundary.percent === b.boundary.percent &&
  a.boundary.of === b.boundary.of &&
  a.priority === b.priority;
