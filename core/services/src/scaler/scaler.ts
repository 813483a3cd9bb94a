/**
 * Makes orders of requests, host by host, and keeps the brakes: what it must remember of each
 * container so that no policy, whatever it asks for, can squeeze too soon, too much or too often.
 *
 * It never writes. The agent of the host is the last judge of every order; what became of it comes
 * back as a change.
 */
import {
  type BrakeSettings,
  beginBrakes,
  beginHostBrakes,
  type Change,
  type ContainerBrakes,
  type ContainerId,
  type ContainerNotice,
  type CpuLimit,
  describeBrakes,
  forgetShrinks,
  type HeldRequest,
  type HostBrakes,
  type HostObservation,
  holdAfterRestart,
  type MonotonicSeconds,
  monotonicSeconds,
  type PlannedContainer,
  planHost,
  type ReasonCode,
  reason,
  recordApplied,
  recordRefusal,
  requestSafeLimit,
  type ScalingRequest,
  type StructureName,
  safeLimitPolicy,
  type UsageBatch,
} from "@sc/domain";
import type { BrakeStatus, Brakes, Bus, Clock, Log, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { OrderSequence } from "./order-sequence.ts";
import { PendingOrders } from "./pending-orders.ts";

/** Held for want of room: it may be there in a moment. */
const noRoomCodes: ReadonlySet<ReasonCode> = new Set([
  "host-full",
  "host-overcommitted",
  "host-pressure",
]);
/** Seconds between two tries to raise a container to its safe limit on a host without room. */
const noRoomRetrySeconds = 5;

export interface ScalerDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Pick<StructureRegistry, "settingsOf" | "isPaused">;
  readonly brakes: BrakeSettings;
}

interface Tracked {
  readonly id: ContainerId;
  /** Known from its first sample on. */
  host: string | undefined;
  cpuLimit: CpuLimit | undefined;
  brakes: ContainerBrakes;
  /** Why it is to be raised to its safe limit, until that was done or can do no good. */
  safeLimitWanted: string | undefined;
  /** Not before then, because the host had no room. */
  safeLimitNotBefore: MonotonicSeconds | undefined;
}

interface TrackedHost {
  observation: HostObservation;
  brakes: HostBrakes;
  /** Growth ordered since the observation, or before it and not yet answered. */
  growthUnderWayShares: number;
}

export class Scaler implements Service, Brakes {
  readonly name = "scaler";
  readonly #deps: ScalerDeps;
  readonly #containers = new Map<StructureName, Tracked>();
  readonly #hosts = new Map<string, TrackedHost>();
  readonly #pending = new PendingOrders();
  readonly #sequence = new OrderSequence();
  #startedAt: MonotonicSeconds;
  #subscriptions: readonly Subscription[] = [];

  constructor(deps: ScalerDeps) {
    this.#deps = deps;
    this.#startedAt = deps.clock.monotonic();
  }

  start(): void {
    const { bus, clock } = this.#deps;
    this.#startedAt = clock.monotonic();
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

  brakesOf(name: StructureName): BrakeStatus {
    const at = this.#deps.clock.monotonic();
    const brakes = this.#containers.get(name)?.brakes ?? beginBrakes(at);
    return describeBrakes(brakes, this.#deps.brakes, at);
  }

  #takeNotice(notice: ContainerNotice): void {
    switch (notice.kind) {
      case "appeared":
        this.#takeAppeared(notice);
        return;
      case "gone":
        if (this.#containers.get(notice.name)?.id === notice.id) {
          this.#containers.delete(notice.name);
          this.#pending.drop(notice.name);
        }
        return;
      case "start-anew": {
        const tracked = this.#containers.get(notice.name);
        if (tracked !== undefined) tracked.brakes = forgetShrinks(tracked.brakes);
        this.#pending.drop(notice.name);
        return;
      }
    }
  }

  #takeAppeared(notice: ContainerNotice & { readonly kind: "appeared" }): void {
    const { name, id } = notice.facts;
    // An agent that came back tells of containers again; their brakes go on.
    if (this.#containers.get(name)?.id === id) return;
    const tracked = newTracked(id, notice.at);
    const isInAuto = this.#cpuSettings(name)?.mode === "auto";
    if (notice.isRestart && isInAuto) {
      tracked.brakes = holdAfterRestart(tracked.brakes, this.#deps.brakes, notice.at);
      tracked.safeLimitWanted = "it was restarted";
    }
    this.#containers.set(name, tracked);
    this.#pending.drop(name);
  }

  #takeUsage(batch: UsageBatch): void {
    const { host: hostName, samples, hostObservation } = batch;
    this.#pending.dropOverdue(batch.at);
    this.#observeHost(hostName, hostObservation);
    const requests: ScalingRequest[] = [];
    for (const sample of samples) {
      const tracked = this.#trackedOf(sample.name, sample.id, sample.at);
      tracked.host = hostName;
      if (sample.cpuLimit !== undefined) tracked.cpuLimit = sample.cpuLimit;
      if (tracked.safeLimitWanted === undefined) continue;
      const request = this.#safeLimitRequest(sample.name, tracked, tracked.safeLimitWanted);
      if (request !== undefined) requests.push(request);
    }
    if (requests.length > 0) this.#deps.bus.publish("requests", requests);
  }

  #observeHost(name: string, observation: HostObservation): void {
    const growthUnderWayShares = this.#pending.growthShares(name);
    const known = this.#hosts.get(name);
    if (known === undefined) {
      const brakes = beginHostBrakes(this.#startedAt);
      this.#hosts.set(name, { observation, brakes, growthUnderWayShares });
      return;
    }
    known.observation = observation;
    known.growthUnderWayShares = growthUnderWayShares;
  }

  #trackedOf(name: StructureName, id: ContainerId, at: MonotonicSeconds): Tracked {
    const known = this.#containers.get(name);
    if (known !== undefined && known.id === id) return known;
    const tracked = newTracked(id, at);
    this.#containers.set(name, tracked);
    return tracked;
  }

  /** Nothing while it cannot be tried; the wish ends with the hold it belongs to. */
  #safeLimitRequest(
    name: StructureName,
    tracked: Tracked,
    because: string,
  ): ScalingRequest | undefined {
    const { clock, registry, brakes } = this.#deps;
    const at = clock.monotonic();
    const settings = this.#cpuSettings(name);
    const isHeld = tracked.brakes.hold !== undefined && at < tracked.brakes.hold.until;
    if (settings?.mode !== "auto" || !isHeld) {
      tracked.safeLimitWanted = undefined;
      return undefined;
    }
    if (tracked.cpuLimit === undefined || registry.isPaused(name) || this.#pending.has(name)) {
      return undefined;
    }
    if (tracked.safeLimitNotBefore !== undefined && at < tracked.safeLimitNotBefore) {
      return undefined;
    }
    const text = `${because}: up to the safe limit, no shrink for ${brakes.holdSeconds} s`;
    const { id, cpuLimit } = tracked;
    const about = { structure: name, id, at, stamp: clock.wall(), cpuLimit, settings };
    const request = requestSafeLimit(about, reason("safe-limit", text));
    if (request === undefined) tracked.safeLimitWanted = undefined;
    return request;
  }

  #takeChange(change: Change): void {
    const tracked = this.#containers.get(change.structure);
    if (change.resource !== "cpu" || tracked === undefined || tracked.id !== change.id) return;
    if (typeof change.new === "number" && change.outcome === "applied" && tracked.cpuLimit) {
      tracked.cpuLimit = { ...tracked.cpuLimit, quotaShares: change.new };
    }
    if (!this.#pending.settle(change)) return;
    if (change.outcome === "applied") {
      tracked.brakes = recordApplied(tracked.brakes);
    } else if (change.detail?.code === "kernel-refused") {
      this.#takeRefusal(change, tracked);
    }
  }

  #takeRefusal(change: Change, tracked: Tracked): void {
    const { brakes: settings, log } = this.#deps;
    const { brakes, isHoldBegun } = recordRefusal(tracked.brakes, settings, change.at);
    tracked.brakes = brakes;
    if (!isHoldBegun) return;
    tracked.safeLimitWanted = `the kernel refused ${settings.refusalsToHold} orders in a row`;
    log.warn("the kernel keeps refusing a structure's limits; its shrinks are held", {
      structure: change.structure,
      detail: change.detail?.text,
      holdSeconds: settings.holdSeconds,
    });
  }

  #plan(requests: readonly ScalingRequest[]): void {
    const { bus } = this.#deps;
    const held: HeldRequest[] = [];
    for (const [hostName, ofHost] of this.#byHost(requests, held)) {
      this.#planHost(hostName, ofHost, held);
    }
    if (held.length > 0) bus.publish("held", held);
  }

  #byHost(
    requests: readonly ScalingRequest[],
    held: HeldRequest[],
  ): ReadonlyMap<string, readonly ScalingRequest[]> {
    const byHost = new Map<string, ScalingRequest[]>();
    for (const request of requests) {
      const host = this.#containers.get(request.structure)?.host;
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
      growthUnderWayShares: host.growthUnderWayShares,
      container: (name) => this.#plannedContainer(name),
      hostBrakes: host.brakes,
      brakeSettings: brakes,
      firstSequence: this.#sequence.take(requests.length, at),
    });
    host.brakes = plan.hostBrakes;
    // Everything is remembered before the orders leave: the answers may come within this call.
    for (const planned of plan.orders) {
      const tracked = this.#containers.get(planned.order.structure);
      if (tracked !== undefined) tracked.brakes = planned.brakes;
      host.growthUnderWayShares += planned.growthShares;
      this.#pending.add(planned, at);
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
      const tracked = this.#containers.get(request.structure);
      if (request.policy !== safeLimitPolicy || tracked === undefined) continue;
      const code = held.find((one) => one.request === request)?.reason.code;
      if (code === "write-pending") continue;
      if (code !== undefined && noRoomCodes.has(code)) {
        tracked.safeLimitNotBefore = monotonicSeconds(request.at + noRoomRetrySeconds);
      } else {
        tracked.safeLimitWanted = undefined;
      }
    }
  }

  #plannedContainer(name: StructureName): PlannedContainer | undefined {
    const tracked = this.#containers.get(name);
    const cpuSettings = this.#cpuSettings(name);
    if (tracked?.cpuLimit === undefined || cpuSettings === undefined) return undefined;
    return {
      id: tracked.id,
      cpuLimit: tracked.cpuLimit,
      cpuSettings,
      isPaused: this.#deps.registry.isPaused(name),
      brakes: tracked.brakes,
      isAwaitingAnswer: this.#pending.has(name),
    };
  }

  #cpuSettings(name: StructureName) {
    return this.#deps.registry.settingsOf(name)?.resources.cpu;
  }
}

const newTracked = (id: ContainerId, watchedSince: MonotonicSeconds): Tracked => ({
  id,
  host: undefined,
  cpuLimit: undefined,
  brakes: beginBrakes(watchedSince),
  safeLimitWanted: undefined,
  safeLimitNotBefore: undefined,
});
