/**
 * Hands what others measure to the guardian, as samples like the agent's own, and says whose reading
 * counts. Of a container's resource that is told of from outside the agent's own readings are not
 * decided about, for as long as the next one from outside may take; then they count again, as what the
 * kernel says is always true. Limits, and whether tasks wait at one, are the agent's to tell, always.
 */
import {
  type ContainerNotice,
  isRateResource,
  type MonotonicSeconds,
  monotonicSeconds,
  type OutsideOrigin,
  type Resource,
  type StructureName,
  type UsageBatch,
  type UsageSample,
} from "@sc/domain";
import type {
  Bus,
  Clock,
  OutsideReading,
  Subscription,
  Timer,
  Timers,
  UsageIntake,
} from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { PostedSamples } from "./posted-samples.ts";

/** The next one from outside is waited for so many windows, and no less than so many seconds. */
const windowsPatience = 3;
const patienceSecondsLeast = 15;
const sweepSeconds = 1;

export interface OutsideUsageDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly timers: Timers;
}

interface Known {
  /** The agent's newest sample, and its newest with rates; `undefined` = a limit was changed since. */
  own: OwnSample | undefined;
  rates: UsageSample["rates"];
  /** What came while it was not known. */
  readonly waiting: Map<
    Resource,
    { readonly origin: OutsideOrigin; readonly reading: OutsideReading }
  >;
  /** Until when the agent's own readings of a resource do not count. */
  readonly outsideUntil: Map<Resource, MonotonicSeconds>;
}

interface OwnSample extends Pick<UsageBatch, "host" | "hostObservation"> {
  readonly sample: UsageSample;
}

export class OutsideUsage implements Service, UsageIntake {
  readonly name = "outside-usage";
  /** Points as monitors post them. */
  readonly posted: PostedSamples;
  readonly #deps: OutsideUsageDeps;
  readonly #known = new Map<StructureName, Known>();
  #subscriptions: readonly Subscription[] = [];
  #timer: Timer | undefined;

  constructor(deps: OutsideUsageDeps) {
    this.#deps = deps;
    const { clock } = deps;
    this.posted = new PostedSamples({
      clock: { monotonic: () => clock.monotonic(), wall: () => clock.wall() },
      isKnown: (name) => this.#known.has(name),
      intake: this,
    });
  }

  start(): void {
    const { bus, timers } = this.#deps;
    this.#subscriptions = [
      bus.subscribe("usage", (batch) => this.#takeOwn(batch)),
      bus.subscribe("containers", (notices) => this.#takeNotices(notices)),
      // What the last sample says of limits holds no longer.
      bus.subscribe("changes", (changes) => {
        for (const { structure } of changes) this.#forgetLimits(structure);
      }),
    ];
    this.#timer = timers.every(sweepSeconds, () => this.posted.sweep());
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    this.#known.clear();
    return Promise.resolve();
  }

  health(): ServiceHealth {
    const status = this.#timer === undefined ? "stopped" : "running";
    return { status, lastError: undefined };
  }

  /** Whether the guardian decides about this resource on this sample. */
  counts(sample: UsageSample, resource: Resource): boolean {
    if (sample.origin !== undefined || sample.isWaitingForMemory === true) return true;
    const until = this.#known.get(sample.name)?.outsideUntil.get(resource);
    return until === undefined || sample.at > until;
  }

  take(origin: OutsideOrigin, readings: readonly OutsideReading[]): void {
    const now = this.#deps.clock.monotonic();
    for (const reading of readings) {
      const known = this.#known.get(reading.structure);
      if (known === undefined) continue;
      const { resource, windowSeconds = 0 } = reading;
      const patience = Math.max(windowsPatience * windowSeconds, patienceSecondsLeast);
      known.outsideUntil.set(resource, monotonicSeconds(now + patience));
      known.waiting.set(resource, { origin, reading });
      this.#publishWaiting(known);
    }
  }

  /** Each at once, unless the agent has still to tell the limit it is to be held against. */
  #publishWaiting({ own, rates, waiting }: Known): void {
    if (own === undefined) return;
    const { bus, clock } = this.#deps;
    const { host, hostObservation } = own;
    for (const [resource, { origin, reading }] of waiting) {
      if (isRateResource(resource) && rates?.[resource] === undefined) continue;
      waiting.delete(resource);
      const at = clock.monotonic();
      const sample = sampleOf(own.sample, rates, { ...reading, origin, at });
      bus.publish("usage", { host, hostObservation, at, samples: [sample] });
    }
  }

  #takeOwn({ host, hostObservation, samples }: UsageBatch): void {
    for (const sample of samples) {
      if (sample.origin !== undefined) continue;
      const known = this.#knownOf(sample.name);
      known.own = { host, hostObservation, sample };
      known.rates = sample.rates ?? known.rates;
      this.#publishWaiting(known);
    }
  }

  #knownOf(name: StructureName): Known {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const begun: Known = {
      own: undefined,
      rates: undefined,
      waiting: new Map(),
      outsideUntil: new Map(),
    };
    this.#known.set(name, begun);
    return begun;
  }

  /** Whatever a notice is about, what was observed before it no longer counts. */
  #takeNotices(notices: readonly ContainerNotice[]): void {
    for (const notice of notices) {
      this.#known.delete(notice.kind === "appeared" ? notice.facts.name : notice.name);
    }
  }

  #forgetLimits(name: StructureName): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    known.own = undefined;
    known.rates = undefined;
  }
}

/** As the agent would have told it: limits are its own, the use is what others say. */
function sampleOf(
  own: UsageSample,
  rates: UsageSample["rates"],
  reading: OutsideReading & { readonly origin: OutsideOrigin; readonly at: MonotonicSeconds },
): UsageSample {
  const { name, id, isFrozen, cpuLimit, cpuThrottledPeriods, memory } = own;
  const { at, origin, resource, windowSeconds, used } = reading;
  const limit = isRateResource(resource) ? rates?.[resource]?.limit : undefined;
  return {
    ...{ name, id, at, origin, only: resource, windowSeconds, isFrozen, cpuLimit },
    ...(cpuThrottledPeriods !== undefined && { cpuThrottledPeriods }),
    cpuSharesUsed: resource === "cpu" ? used : undefined,
    memMibUsed: resource === "mem" ? memoryOf(own, used) : own.memMibUsed,
    ...{ memMibFloor: own.memMibFloor, memMibLimit: own.memMibLimit },
    ...(memory !== undefined && { memory }),
    ...(isRateResource(resource) && { rates: { [resource]: { windowSeconds, used, limit } } }),
  };
}

/**
 * Monitors that read threads count the memory of a process once for each, and pages that processes
 * share count for all of them: no sum is taken for more than the kernel charges the group.
 */
const memoryOf = ({ memMibUsed, memory }: UsageSample, used: number): number =>
  memMibUsed === undefined ? used : Math.min(used, memMibUsed + (memory?.cachedMib ?? 0));
