/**
 * Matches the usage of every container in auto or recommend against its limits, by policy, in the
 * very call in which the sample arrives: no timer stands between a usage step and its request. Each
 * resource is judged alone: what is missing of one says nothing about another.
 *
 * A structure whose decision throws is quarantined, and so is one whose policy is not known: held, and
 * asked up to its safe limit, until it starts anew or its settings change. The others go on.
 */
import {
  beginRecommendation,
  byResource,
  type ContainerId,
  type ContainerNotice,
  type Hold,
  type Mode,
  type MonotonicSeconds,
  type Observation,
  type Outcome,
  type PolicyBook,
  type PolicyRun,
  type Reason,
  type Recommendation,
  type Resource,
  type ResourceEvent,
  type ResourceSettings,
  type RunDecision,
  type RunnablePolicy,
  requestMoreMemory,
  requestSafeLimit,
  resources,
  type ScalingRequest,
  type StructureName,
  type StructureSettings,
  type UsageBatch,
  type UsageSample,
  type WallSeconds,
  whyUnknown,
  withRequest,
  withSample,
} from "@sc/domain";
import type { Bus, Clock, Log, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { gap, notGuarded, paused, quarantined, towardsSafeLimit } from "./hold-reasons.ts";
import { isDecidedAbout, limitOf, observationOf, saysSomethingOf } from "./observe-resource.ts";

export interface GuardianDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Pick<StructureRegistry, "settingsOf" | "isPaused">;
  /** Asked at each batch; what another policy has observed counts for nothing. */
  readonly policies: () => PolicyBook;
  /** Whether a sample is decided about: of what is told of from outside the agent's own are not. */
  readonly counts?: (sample: UsageSample, resource: Resource) => boolean;
  /** Asked at each batch; while it is not active nothing is decided. */
  readonly isActive?: () => boolean;
  /** Asked at each batch; no other resource is decided about. */
  readonly guardedResources?: () => readonly Resource[];
}

/** What is known of one structure; a resource nobody decides about has no part in it. */
interface WatchedStructure {
  readonly id: ContainerId;
  readonly parts: Record<Resource, Watched | undefined>;
}

/** One resource of one structure: decided about, or held until what stands in the way changes. */
type Watched = Deciding | Stuck;

interface Deciding {
  readonly kind: "deciding";
  readonly policy: RunnablePolicy;
  readonly run: PolicyRun;
  /** In recommend: what following it would have meant; `undefined` until its limit is known. */
  recommended: Recommendation | undefined;
  /** What was seen under a limit that is only recommended counts for nothing in auto. */
  readonly mode: Mode;
}

interface Stuck {
  readonly kind: "stuck";
  /** What failed; `undefined` = it was not known. */
  readonly policy: RunnablePolicy | undefined;
  readonly under: ResourceSettings;
  readonly hold: Reason;
  /** Why it is asked up to its safe limit. */
  readonly why: Reason;
  /** When it was asked for last. */
  askedAt: MonotonicSeconds | undefined;
}

/** What one usage batch leads to. */
interface Findings {
  readonly stamp: WallSeconds;
  readonly policies: PolicyBook;
  readonly guarded: readonly Resource[];
  readonly events: ResourceEvent[];
  readonly requests: ScalingRequest[];
  readonly holds: Hold[];
}

export class Guardian implements Service {
  readonly name = "guardian";
  readonly #deps: GuardianDeps;
  readonly #watched = new Map<StructureName, WatchedStructure>();
  #subscriptions: readonly Subscription[] = [];
  #lastError: string | undefined;

  constructor(deps: GuardianDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { bus } = this.#deps;
    this.#subscriptions = [
      bus.subscribe("containers", (notices) => this.#forgetAll(notices)),
      bus.subscribe("usage", (batch) => this.#decideAll(batch)),
    ];
  }

  stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#watched.clear();
    return Promise.resolve();
  }

  recommendationOf(name: StructureName, resource: Resource): Recommendation | undefined {
    const part = this.#watched.get(name)?.parts[resource];
    return part?.kind === "deciding" ? part.recommended : undefined;
  }

  health(): ServiceHealth {
    if (this.#subscriptions.length === 0) return { status: "stopped", lastError: this.#lastError };
    for (const { parts } of this.#watched.values()) {
      if (resources.some((resource) => hasFailed(parts[resource]))) {
        return { status: "failing", lastError: this.#lastError };
      }
    }
    return { status: "running", lastError: undefined };
  }

  /** Whatever a notice is about, what was observed before it no longer counts. */
  #forgetAll(notices: readonly ContainerNotice[]): void {
    for (const notice of notices) {
      this.#watched.delete(notice.kind === "appeared" ? notice.facts.name : notice.name);
    }
  }

  #decideAll(batch: UsageBatch): void {
    const { bus, clock, policies, isActive, guardedResources = () => resources } = this.#deps;
    if (isActive?.() === false) {
      // Events of before would meet the first sample after it as if no time had passed.
      this.#watched.clear();
      return;
    }
    const found: Findings = {
      stamp: clock.wall(),
      policies: policies(),
      guarded: guardedResources(),
      events: [],
      requests: [],
      holds: [],
    };
    for (const sample of batch.samples) this.#decideStructure(sample, found);
    if (found.events.length > 0) bus.publish("events", found.events);
    if (found.holds.length > 0) bus.publish("holds", found.holds);
    if (found.requests.length > 0) bus.publish("requests", found.requests);
  }

  #decideStructure(sample: UsageSample, found: Findings): void {
    const settings = this.#deps.registry.settingsOf(sample.name);
    if (settings === undefined || !isDecidedAbout(settings)) {
      this.#watched.delete(sample.name);
      return;
    }
    const why = this.#deps.registry.isPaused(sample.name) ? paused : gapOf(sample);
    if (why !== undefined) {
      this.#watched.delete(sample.name);
      for (const resource of resources) {
        if (settings.resources[resource].mode !== "observe")
          found.holds.push(holdOf(sample, resource, why));
      }
      return;
    }
    this.#decideEach(sample, settings, found);
  }

  #decideEach(sample: UsageSample, { resources: own }: StructureSettings, found: Findings): void {
    const { parts } = this.#watchedOf(sample);
    for (const resource of resources) {
      const settings = own[resource];
      if (settings.mode === "observe") {
        parts[resource] = undefined;
        continue;
      }
      if (!saysSomethingOf(resource, sample)) continue;
      const of = { resource, settings, parts };
      if (this.#deps.counts?.(sample, resource) === false) continue;
      else if (!found.guarded.includes(resource)) this.#leaveAlone(sample, of, found);
      else this.#decideResource(sample, of, found);
    }
  }

  #watchedOf({ name, id }: UsageSample): WatchedStructure {
    const known = this.#watched.get(name);
    if (known?.id === id) return known;
    const begun = { id, parts: byResource<Watched | undefined>(() => undefined) };
    this.#watched.set(name, begun);
    return begun;
  }

  #decideResource(sample: UsageSample, of: InQuestion, found: Findings): void {
    const { resource, settings, parts } = of;
    const policy = found.policies[resource].get(settings.policy);
    const known = parts[resource];
    if (known?.kind === "stuck" && isAsItWas(known, policy, settings)) {
      holdStuck(sample, of, { stuck: known, found });
      return;
    }
    if (policy === undefined) {
      this.#holdWithoutPolicy(sample, of, found);
      return;
    }
    const deciding = decidingOf(of, policy, sample.at);
    const observation = recommendedView(deciding, settings, observationOf(sample, resource));
    let decision: RunDecision;
    try {
      decision = deciding.run.decide({
        observation,
        settings,
        at: sample.at,
        stamp: found.stamp,
      });
    } catch (error) {
      const about = { policy, under: settings, hold: quarantined, why: towardsSafeLimit };
      const stuck: Stuck = { kind: "stuck", ...about, askedAt: undefined };
      parts[resource] = stuck;
      this.#noteFailure(sample, of, error);
      holdStuck(sample, of, { stuck, found });
      return;
    }
    for (const event of decision.events) found.events.push(event);
    const outcome = this.#orMoreMemory(sample, of, { outcome: decision.outcome, found });
    if (outcome.kind === "request") {
      if (deciding.recommended !== undefined)
        deciding.recommended = withRequest(deciding.recommended, outcome.request);
      found.requests.push(outcome.request);
    } else found.holds.push(holdOf(sample, resource, outcome.reason));
  }

  /** Its limit stays; but who waits for memory would wait for ever. */
  #leaveAlone(sample: UsageSample, of: InQuestion, found: Findings): void {
    of.parts[of.resource] = undefined;
    const outcome = this.#orMoreMemory(sample, of, { outcome: notGuarded, found });
    if (outcome.kind === "request") found.requests.push(outcome.request);
    else found.holds.push(holdOf(sample, of.resource, outcome.reason));
  }

  /** Tasks that wait for memory get some, unless the policy raises the limit as well. */
  #orMoreMemory(
    sample: UsageSample,
    { resource, settings }: InQuestion,
    { outcome, found }: { readonly outcome: Outcome; readonly found: Findings },
  ): Outcome {
    const isWaiting = sample.isWaitingForMemory === true && !sample.isFrozen;
    const isRaised = outcome.kind === "request" && outcome.request.amount > 0;
    if (resource !== "mem" || !isWaiting || isRaised) return outcome;
    const { name: structure, id, at, memMibLimit: limitMib } = sample;
    const about = { structure, id, at, stamp: found.stamp, limitMib, settings };
    const request = requestMoreMemory(about);
    return request === undefined ? outcome : { kind: "request", request };
  }

  /** Nobody chose another policy for it: what it may have at most is the only limit that cannot harm. */
  #holdWithoutPolicy(sample: UsageSample, of: InQuestion, found: Findings): void {
    const { resource, settings, parts } = of;
    const hold = whyUnknown(found.policies, resource, settings.policy);
    if (hold === undefined) return;
    const under = settings;
    const stuck: Stuck = {
      kind: "stuck",
      policy: undefined,
      under,
      hold,
      why: hold,
      askedAt: undefined,
    };
    parts[resource] = stuck;
    const { log } = this.#deps;
    log.warn("a structure's policy is not known; it is held", {
      structure: sample.name,
      resource,
      cause: hold.text,
    });
    holdStuck(sample, of, { stuck, found });
  }

  #noteFailure(sample: UsageSample, { resource, settings }: InQuestion, error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    this.#lastError = `${sample.name} ${resource}: ${cause}`;
    this.#deps.log.error("deciding for a structure failed; it is held", {
      structure: sample.name,
      resource,
      policy: settings.policy,
      cause: error,
    });
  }
}

interface InQuestion {
  readonly resource: Resource;
  readonly settings: ResourceSettings;
  readonly parts: Record<Resource, Watched | undefined>;
}

const hasFailed = (watched: Watched | undefined): boolean =>
  watched?.kind === "stuck" && watched.policy !== undefined;

const isAsItWas = (
  { policy, under }: Stuck,
  policyNow: RunnablePolicy | undefined,
  settings: ResourceSettings,
): boolean => policy === policyNow && isSameSettings(under, settings);

/** The run that goes on, or a new one where another policy decides from now on, or in another mode. */
function decidingOf(
  { parts, settings: { mode } }: InQuestion,
  policy: RunnablePolicy,
  at: UsageSample["at"],
): Deciding {
  const { resource } = policy;
  const known = parts[resource];
  if (known?.kind === "deciding" && known.policy === policy && known.mode === mode) return known;
  const run = policy.begin(at);
  const begun: Deciding = { kind: "deciding", policy, run, recommended: undefined, mode };
  parts[resource] = begun;
  return begun;
}

/** In recommend a policy sees the limit it recommended, as if it were in force, and is scored by it. */
function recommendedView(
  deciding: Deciding,
  { mode, max }: ResourceSettings,
  observation: Observation,
): Observation {
  const { limit, cpuLimit, used, windowSeconds: seconds } = observation;
  if (mode !== "recommend" || limit === undefined) return observation;
  const before = deciding.recommended ?? beginRecommendation(Math.min(limit ?? max, max), cpuLimit);
  const now =
    used === undefined || seconds === undefined ? before : withSample(before, { seconds, used });
  deciding.recommended = now;
  return {
    ...observation,
    limit: now.limit,
    ...(now.cpuLimit !== undefined && { cpuLimit: now.cpuLimit }),
  };
}

/** A request may come to nothing (another order under way, no room): it is made until it has its limit. */
const askAgainSeconds = 5;

function holdStuck(
  sample: UsageSample,
  { resource, settings }: InQuestion,
  { stuck, found }: { readonly stuck: Stuck; readonly found: Findings },
): void {
  const { hold, why, askedAt } = stuck;
  found.holds.push(holdOf(sample, resource, hold));
  const limit = limitOf(sample, resource);
  const { name: structure, id, at } = sample;
  if (limit === undefined || (askedAt !== undefined && at - askedAt < askAgainSeconds)) return;
  stuck.askedAt = at;
  const about = { structure, id, at, stamp: found.stamp, resource, limit, settings };
  const request = requestSafeLimit(about, why);
  if (request !== undefined) found.requests.push(request);
}

const gapOf = ({ spansGap }: UsageSample): Reason | undefined => (spansGap ? gap : undefined);

const holdOf = (sample: UsageSample, resource: Resource, why: Hold["reason"]): Hold => ({
  structure: sample.name,
  resource,
  reason: why,
  at: sample.at,
});

const isSameSettings = (a: ResourceSettings, b: ResourceSettings): boolean =>
  a.mode === b.mode &&
  a.min === b.min &&
  a.max === b.max &&
  a.boundary.percent === b.boundary.percent &&
  a.boundary.of === b.boundary.of &&
  a.priority === b.priority &&
  a.policy === b.policy;
