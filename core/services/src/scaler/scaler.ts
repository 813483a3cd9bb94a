/**
 * Makes orders of requests, host by host, and keeps the brakes: what it must remember of each
 * container so that no policy, whatever it asks for, can squeeze too soon, too much or too often.
 *
 * It never writes. The agent of the host is the last judge of every order; what became of it comes
 * back as a change.
 */
import {
  assertNever,
  beginBrakes,
  type Change,
  type ContainerId,
  type ContainerNotice,
  describeBrakes,
  type HeldRequest,
  type HostObservation,
  type MonotonicSeconds,
  monotonicSeconds,
  type PlannedContainer,
  planHost,
  type Resource,
  reason,
  recordApplied,
  recordRefusal,
  requestSafeLimit,
  resources,
  type ScalingRequest,
  type StructureName,
  safeLimitPolicy,
  type UsageBatch,
  type UsageSample,
} from "@sc/domain";
import type { BrakeStatus, Brakes, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { lastingRefusalOf } from "./agent-refusal.ts";
import { noRoomCodes, noRoomRetrySeconds } from "./no-room.ts";
import { OrderSequence } from "./order-sequence.ts";
import type { PendingOrders } from "./pending-orders.ts";
import { plannedContainerOf } from "./planned-container-of.ts";
import type { ScalerDeps } from "./scaler-deps.ts";
import { budgetsOf, requestsOfContainers, tellOfApplication } from "./scaler-groups.ts";
import { type TrackedHost, trackHost } from "./tracked-host.ts";
import { noteChanged, type TrackedLimit, TrackedStructure } from "./tracked-structure.ts";

export class Scaler implements Service, Brakes {
  readonly name = "scaler";
  readonly #deps: ScalerDeps;
  readonly #structures = new Map<StructureName, TrackedStructure>();
  readonly #hosts = new Map<string, TrackedHost>();
  readonly #sequence = new OrderSequence();
  #startedAt: MonotonicSeconds;
  #policies: object | undefined;
  #subscriptions: readonly Subscription[] = [];

  constructor(deps: ScalerDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.monotonic();
  }

  start(): void {
    const { bus, clock, policies } = this.#deps;
    this.#startedAt = clock.monotonic();
    this.#policies = policies?.();
    this.#subscriptions = [
      bus.subscribe("containers", (notices) => {
        for (const notice of notices) this.#takeNotice(notice);
      }),
      bus.subscribe("usage", (batch) => this.#takeUsage(batch)),
      bus.subscribe("changes", (changes) => {
        for (const change of changes) this.#takeChange(change);
      }),
      bus.subscribe("requests", (requests) => this.#plan(requests)),
    ];
  }

  stop(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    return Promise.resolve();
  }

  health(): ServiceHealth {
    const status = this.#subscriptions.length === 0 ? "stopped" : "running";
    return { status, lastError: undefined };
  }

  brakesOf(name: StructureName, resource: Resource): BrakeStatus {
    const at = this.#deps.clock.monotonic();
    const brakes = this.#structures.get(name)?.limits[resource].brakes ?? beginBrakes(at);
    return describeBrakes(brakes, this.#deps.brakes(), at);
  }

  #takeNotice(notice: ContainerNotice): void {
    if (notice.kind === "appeared") {
      this.#takeAppeared(notice);
      return;
    }
    const tracked = this.#structures.get(notice.name);
    if (tracked?.id !== notice.id) return;
    switch (notice.kind) {
      case "gone":
        this.#structures.delete(notice.name);
        this.#pendingOf(tracked)?.drop(notice.name);
        return;
      case "start-anew":
        tracked.forgetShrinks();
        this.#pendingOf(tracked)?.drop(notice.name);
        return;
      case "killed":
        this.#heedKill(tracked, notice);
        return;
      default:
        assertNever(notice);
    }
  }

  #takeAppeared(notice: ContainerNotice & { readonly kind: "appeared" }): void {
    const { name, id } = notice.facts;
    const before = this.#structures.get(name);
    // An agent that came back tells of containers again; their brakes go on.
    if (before?.id === id) return;
    if (before !== undefined) this.#pendingOf(before)?.drop(name);
    const tracked = new TrackedStructure(id, notice.at);
    this.#structures.set(name, tracked);
    if (notice.isTakenUp === true) this.#takeUp(name, tracked, notice.at);
    if (notice.isRestart) this.#holdAfter("restart", tracked, { name, at: notice.at });
  }

  #holdAfter(
    because: "restart" | "kill",
    tracked: TrackedStructure,
    { name, at }: Pick<UsageSample, "name" | "at">,
  ): void {
    const isInAuto = (resource: Resource) => this.#settingsOf(name, resource)?.mode === "auto";
    tracked.holdAfter(because, isInAuto, { settings: this.#deps.brakes(), at });
  }

  /** It is told once, and stands in every sample. */
  #heedKill(tracked: TrackedStructure, kill: Pick<UsageSample, "name" | "at">): void {
    if (tracked.heedKill(kill.at)) this.#holdAfter("kill", tracked, kill);
  }

  #takeUsage(batch: UsageBatch): void {
    const { host: hostName, samples, hostObservation } = batch;
    this.#observeHost(hostName, hostObservation, batch.at);
    const requests: ScalingRequest[] = [];
    for (const sample of samples) {
      const tracked = this.#trackedOf(sample.name, sample.id, sample.at);
      tracked.host = hostName;
      tracked.take(sample, this.#deps.brakes());
      const { name, killedAt: at } = sample;
      if (at !== undefined) this.#heedKill(tracked, { name, at });
      for (const resource of resources) {
        if (tracked.limits[resource].safeLimitWanted === undefined) continue;
        const request = this.#safeLimitRequest(sample.name, tracked, resource);
        if (request !== undefined) requests.push(request);
      }
    }
    if (requests.length > 0) this.#deps.bus.publish("requests", requests);
  }

  #observeHost(name: string, observation: HostObservation, at: MonotonicSeconds): void {
    const known = this.#hosts.get(name);
    if (known === undefined) {
      this.#hosts.set(name, trackHost(observation, this.#startedAt));
      return;
    }
    known.observation = observation;
    known.pending.dropOverdue(at);
    for (const resource of resources)
      known.growthUnderWay[resource] = known.pending.growth(resource);
  }

  /** `undefined` for what was not sampled yet: it has no order. */
  #pendingOf({ host }: TrackedStructure): PendingOrders | undefined {
    return host === undefined ? undefined : this.#hosts.get(host)?.pending;
  }

  #trackedOf(name: StructureName, id: ContainerId, at: MonotonicSeconds): TrackedStructure {
    const known = this.#structures.get(name);
    if (known !== undefined && known.id === id) return known;
    // Nobody told of it, so its message was lost, or it is older than this scaler.
    if (known !== undefined) this.#pendingOf(known)?.drop(name);
    const tracked = new TrackedStructure(id, at);
    this.#structures.set(name, tracked);
    this.#takeUp(name, tracked, at);
    return tracked;
  }

  #takeUp(name: StructureName, tracked: TrackedStructure, at: MonotonicSeconds): void {
    const maxOf = (resource: Resource) => this.#settingsOf(name, resource)?.max;
    tracked.takeUp({ settings: this.#deps.brakes(), at, maxOf });
  }

  /** Nothing while it cannot be tried; the wish ends with the hold it belongs to. */
  #safeLimitRequest(
    name: StructureName,
    structure: TrackedStructure,
    resource: Resource,
  ): ScalingRequest | undefined {
    const { clock, registry, brakes } = this.#deps;
    const { id } = structure;
    const tracked = structure.limits[resource];
    const { hold } = tracked.brakes;
    const at = clock.monotonic();
    const settings = this.#settingsOf(name, resource);
    if (settings?.mode !== "auto" || hold === undefined || at >= hold.until) {
      tracked.safeLimitWanted = undefined;
      return undefined;
    }
    const { limit, safeLimitWanted, safeLimitNotBefore = at } = tracked;
    if (limit === undefined || registry.isPaused(name) || at < safeLimitNotBefore) return undefined;
    if (this.#pendingOf(structure)?.has(name, resource) === true) return undefined;
    const { holdSeconds } = brakes();
    const text = `${safeLimitWanted}: up to the safe limit, no shrink for ${holdSeconds} s`;
    const about = { structure: name, id, at, stamp: clock.wall(), resource, limit, settings };
    const request = requestSafeLimit(about, reason("safe-limit", text));
    if (request === undefined) tracked.safeLimitWanted = undefined;
    return request;
  }

  #takeChange(change: Change): void {
    const { structure, resource, outcome } = change;
    const known = this.#structures.get(structure);
    if (known === undefined || known.id !== change.id) return;
    const tracked = known.limits[resource];
    if (typeof change.new === "number" && outcome === "applied") {
      const max = this.#settingsOf(structure, resource)?.max;
      noteChanged(tracked, change, { brakes: this.#deps.brakes(), max });
      tracked.limit = change.new;
    }
    const settled = this.#pendingOf(known)?.settle(change);
    if (settled === undefined) return;
    tracked.refusal = lastingRefusalOf(change);
    tellOfApplication(this.#deps.bus, change, { ...settled, ...this.#aroundGroups });
    if (outcome === "applied") tracked.brakes = recordApplied(tracked.brakes);
    else if (change.detail?.code === "kernel-refused") this.#takeRefusal(change, tracked);
  }

  #takeRefusal(change: Change, tracked: TrackedLimit): void {
    const { log } = this.#deps;
    const settings = this.#deps.brakes();
    const { brakes, isHoldBegun } = recordRefusal(tracked.brakes, settings, change.at);
    tracked.brakes = brakes;
    if (!isHoldBegun) return;
    tracked.safeLimitWanted = `the kernel refused ${settings.refusalsToHold} orders in a row`;
    log.warn("the kernel keeps refusing a structure's limits; its shrinks are held", {
      structure: change.structure,
      resource: change.resource,
      detail: change.detail?.text,
      holdSeconds: settings.holdSeconds,
    });
  }

  #plan(requests: readonly ScalingRequest[]): void {
    const { bus, isActive } = this.#deps;
    const held: HeldRequest[] = [];
    if (isActive?.() === false) {
      const why = reason("scaler-inactive", "the scaler is switched off: nothing is ordered");
      for (const request of requests) held.push({ request, reason: why });
    } else {
      this.#notePolicies();
      const ofContainers = requestsOfContainers(requests, { ...this.#aroundGroups, held });
      for (const [hostName, ofHost] of this.#byHost(ofContainers, held)) {
        this.#planHost(hostName, ofHost, held);
      }
    }
    if (held.length > 0) bus.publish("held", held);
  }

  get #aroundGroups() {
    return { groups: this.#deps.groups, heldBy: this.#heldBy };
  }

  readonly #heldBy = (name: StructureName, resource: Resource): number => {
    const tracked = this.#structures.get(name);
    const limit = tracked?.limits[resource].limit;
    const held = limit === null ? this.#settingsOf(name, resource)?.max : limit;
    return (held ?? 0) + ((tracked && this.#pendingOf(tracked)?.growthOf(name, resource)) ?? 0);
  };

  /** Other rules are as little proved as a new start: few shrinks at first. */
  #notePolicies(): void {
    const policies = this.#deps.policies?.();
    if (policies === this.#policies) return;
    this.#policies = policies;
    this.#startedAt = this.#deps.clock.monotonic();
    for (const host of this.#hosts.values()) {
      host.brakes = { ...host.brakes, startedAt: this.#startedAt };
    }
  }

  #byHost(
    requests: readonly ScalingRequest[],
    held: HeldRequest[],
  ): ReadonlyMap<string, readonly ScalingRequest[]> {
    const byHost = new Map<string, ScalingRequest[]>();
    for (const request of requests) {
      const host = this.#structures.get(request.structure)?.host;
      if (host === undefined) {
        const why = reason("unknown-structure", "its usage has not been seen yet");
        held.push({ request, reason: why });
        continue;
      }
      const known = byHost.get(host);
      if (known === undefined) byHost.set(host, [request]);
      else known.push(request);
    }
    return byHost;
  }

  #planHost(hostName: string, requests: readonly ScalingRequest[], held: HeldRequest[]): void {
    const { bus, clock, brakes } = this.#deps;
    const host = this.#hosts.get(hostName);
    if (host === undefined) return;
    const at = clock.monotonic();
    const plan = planHost({
      host: hostName,
      at,
      requests,
      observation: host.observation,
      growthUnderWay: host.growthUnderWay,
      container: (name) => this.#plannedContainer(name),
      names: () => this.#namesOn(hostName),
      ...budgetsOf(this.#aroundGroups),
      fairRound: host.fairRound,
      hostBrakes: host.brakes,
      brakeSettings: brakes(),
      firstSequence: this.#sequence.take(requests.length, at),
    });
    host.brakes = plan.hostBrakes;
    host.fairRound = plan.fairRound;
    // Everything is remembered before the orders leave: the answers may come within this call.
    for (const planned of plan.orders) {
      const { structure, target } = planned.order;
      const tracked = this.#structures.get(structure)?.limits[target.resource];
      if (tracked !== undefined) tracked.brakes = planned.brakes;
      host.growthUnderWay[target.resource] += planned.growth;
      host.pending.add(planned, at);
    }
    for (const one of plan.held) held.push(one);
    this.#endSafeLimitWishes(requests, plan.held);
    if (plan.orders.length > 0) {
      bus.publish(
        "orders",
        plan.orders.map((planned) => planned.order),
      );
    }
  }

  /**
   * A wish that only had to wait for another order, or for room on the host, is tried again; any other
   * outcome ends it.
   */
  #endSafeLimitWishes(requests: readonly ScalingRequest[], held: readonly HeldRequest[]): void {
    for (const request of requests) {
      if (request.policy !== safeLimitPolicy) continue;
      const tracked = this.#structures.get(request.structure)?.limits[request.resource];
      if (tracked === undefined) continue;
      const code = held.find((one) => one.request === request)?.reason.code;
      if (code === "write-pending") continue;
      if (code !== undefined && noRoomCodes.has(code)) {
        tracked.safeLimitNotBefore = monotonicSeconds(request.at + noRoomRetrySeconds);
      } else {
        tracked.safeLimitWanted = undefined;
      }
    }
  }

  #namesOn(host: string): readonly StructureName[] {
    return [...this.#structures].flatMap(([name, each]) => (each.host === host ? [name] : []));
  }

  #plannedContainer(name: StructureName): PlannedContainer | undefined {
    const tracked = this.#structures.get(name);
    if (tracked === undefined) return undefined;
    return plannedContainerOf(tracked, {
      isPaused: this.#deps.registry.isPaused(name),
      settingsOf: (resource) => this.#settingsOf(name, resource),
      isAwaitingAnswer: (resource) => this.#pendingOf(tracked)?.has(name, resource) === true,
      at: this.#deps.clock.monotonic(),
    });
  }

  #settingsOf(name: StructureName, resource: Resource) {
    return this.#deps.registry.settingsOf(name)?.resources[resource];
  }
}
