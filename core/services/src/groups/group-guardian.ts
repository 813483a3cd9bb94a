/**
 * Decides about applications as the guardian does about containers: by policy, on the sum of what their
 * containers use and may use, in the call in which the sample arrives. What it asks for is dealt out to the
 * containers by the scaler.
 */
import {
  type Application,
  type ApplicationResource,
  type GroupSample,
  type GroupUse,
  groupIdOf,
  type Hold,
  type MonotonicSeconds,
  type Observation,
  type PolicyBook,
  type PolicyRun,
  type Resource,
  type ResourceEvent,
  type ResourceSettings,
  type RunnablePolicy,
  reason,
  resources,
  type ScalingRequest,
  type StructureName,
  type WallSeconds,
} from "@sc/domain";
import type { Bus, Clock, Log, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { GroupBook } from "./group-book.ts";
import type { Refeeder } from "./refeeder.ts";
import { usersAboveMax } from "./users-above-max.ts";

/** What a sum is judged by: no other policy knows what to make of one. */
const policyOfGroups = "serverless-rules";

export interface GroupGuardianDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly groups: Pick<GroupBook, "applications" | "users">;
  readonly refeeder: Pick<Refeeder, "membersOf">;
  readonly registry: Pick<StructureRegistry, "isPausedAll">;
  readonly policies: () => PolicyBook;
  readonly isActive?: () => boolean;
  /** Asked at each batch; no other resource is decided about. */
  readonly guardedResources?: () => readonly Resource[];
}

/** Between two looks at who has more than its max. */
const lookSeconds = 1;

interface Deciding {
  readonly policy: RunnablePolicy;
  readonly run: PolicyRun;
}

interface Findings {
  readonly stamp: WallSeconds;
  readonly events: ResourceEvent[];
  readonly requests: ScalingRequest[];
  readonly holds: Hold[];
}

export class GroupGuardian implements Service {
  readonly name = "group-guardian";
  readonly #deps: GroupGuardianDeps;
  readonly #deciding = new Map<string, Deciding>();
  #subscriptions: readonly Subscription[] = [];
  #lastError: string | undefined;
  #lookedAt: MonotonicSeconds | undefined;

  constructor(deps: GroupGuardianDeps) {
    this.#deps = deps;
  }

  start(): void {
    const { bus } = this.#deps;
    this.#subscriptions = [bus.subscribe("groups", (samples) => this.#decideAll(samples))];
  }

  stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#deciding.clear();
    return Promise.resolve();
  }

  health(): ServiceHealth {
    if (this.#subscriptions.length === 0) return { status: "stopped", lastError: this.#lastError };
    const lastError = this.#lastError;
    return { status: lastError === undefined ? "running" : "failing", lastError };
  }

  #decideAll(samples: readonly GroupSample[]): void {
    const { bus, clock, groups, isActive } = this.#deps;
    if (isActive?.() === false) {
      this.#deciding.clear();
      return;
    }
    this.#lastError = undefined;
    const stamp = clock.wall();
    const above = samples[0] === undefined ? [] : this.#usersAboveMax(samples[0].at, stamp);
    // By itself: among others a growth of an application would win over it.
    if (above.length > 0) bus.publish("requests", above);
    const found: Findings = { stamp, events: [], requests: [], holds: [] };
    for (const sample of samples) {
      const application = groups.applications.get(sample.name);
      if (application === undefined) continue;
      for (const resource of this.#deps.guardedResources?.() ?? resources) {
        try {
          this.#decide(sample, { application, resource }, found);
        } catch (error) {
          this.#fail(sample, resource, error);
        }
      }
    }
    if (found.events.length > 0) bus.publish("events", found.events);
    if (found.holds.length > 0) bus.publish("holds", found.holds);
    if (found.requests.length > 0) bus.publish("requests", found.requests);
  }

  #decide(
    sample: GroupSample,
    of: { readonly application: Application; readonly resource: Resource },
    found: Findings,
  ): void {
    const { application, resource } = of;
    const own = application.resources[resource];
    const use = sample.resources[resource];
    const key = keyOf(sample.name, resource);
    if (!application.isGuarded || own?.isGuarded !== true || use === undefined) {
      this.#deciding.delete(key);
      return;
    }
    if (this.#deps.registry.isPausedAll) {
      this.#deciding.delete(key);
      found.holds.push(holdOf(sample, resource, reason("paused", "everything is paused")));
      return;
    }
    const deciding = this.#decidingOf(key, resource, sample);
    if (deciding === undefined) return;
    const decision = deciding.run.decide({
      observation: observationOf(sample, use),
      settings: settingsOf(own),
      at: sample.at,
      stamp: found.stamp,
    });
    found.events.push(...decision.events);
    if (decision.outcome.kind === "request")
      found.requests.push({ ...decision.outcome.request, group: "application" });
    else found.holds.push(holdOf(sample, resource, decision.outcome.reason));
  }

  #decidingOf(key: string, resource: Resource, { at }: GroupSample): Deciding | undefined {
    const policy = this.#deps.policies()[resource].get(policyOfGroups);
    const known = this.#deciding.get(key);
    if (policy === undefined || known?.policy === policy) return known;
    const begun = { policy, run: policy.begin(at) };
    this.#deciding.set(key, begun);
    return begun;
  }

  #usersAboveMax(at: MonotonicSeconds, stamp: WallSeconds): readonly ScalingRequest[] {
    if (this.#lookedAt !== undefined && at - this.#lookedAt < lookSeconds) return [];
    this.#lookedAt = at;
    return usersAboveMax(this.#deps, { at, stamp });
  }

  /** It begins anew with the next sample; the others go on. */
  #fail({ name }: GroupSample, resource: Resource, error: unknown): void {
    this.#deciding.delete(keyOf(name, resource));
    this.#lastError = `${name} ${resource}: ${String(error)}`;
    this.#deps.log.error("deciding for an application failed", { application: name, error });
  }
}

const keyOf = (name: StructureName, resource: Resource): string => `${resource} ${name}`;

const observationOf = (
  { name, windowSeconds }: GroupSample,
  { used, limit }: GroupUse,
): Observation => ({
  ...{ structure: name, id: groupIdOf("application", name), windowSeconds, used, limit },
  isFrozen: false,
});

const settingsOf = ({ min, max, boundary }: ApplicationResource): ResourceSettings => ({
  ...{ mode: "auto", min: Math.min(min, max), max, maxFrom: "owner" },
  boundary: boundary ?? { percent: 10, of: "max" },
  priority: 0,
  policy: policyOfGroups,
});

const holdOf = ({ name, at }: GroupSample, resource: Resource, why: Hold["reason"]): Hold => ({
  ...{ structure: name, resource, at },
  reason: why,
});
