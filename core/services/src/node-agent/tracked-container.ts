import {
  type Accounting,
  accountChange,
  accountMemory,
  accountMemoryChange,
  accountWindow,
  type Bucket,
  bucketAfter,
  byResource,
  type ContainerFacts,
  type ContainerId,
  type ContainerLimits,
  type CpuLimit,
  coreSecondsToShares,
  emptyAccounting,
  handedOutBy,
  isRateResource,
  isSameCpuLimit,
  isSameMemLimit,
  limitIn,
  type MonotonicSeconds,
  type RateResource,
  type Reason,
  type Resource,
  type StructureName,
  type StructureSettings,
  type UsageSample,
} from "@sc/domain";
import type { AgentContainerView, Clock, ControlGroup, RateControl } from "@sc/ports";
import { TrackedCores } from "./cores/tracked-cores.ts";
import { MemorySampler, type SampledLimit } from "./memory-sampler.ts";
import { TrackedRates } from "./rates/tracked-rates.ts";
import { differenceOf, isGap } from "./sampled-counter.ts";
import { ThrottleReadings } from "./throttle-readings.ts";

/** How old the memory of a container that runs nothing may be. */
const idleMemorySeconds = 10;

/** `late`: the kernel takes longer than we wait for; the write may still land. */
export type MemoryWrite =
  | {
      readonly kind: "under-way";
      readonly memMib: number | null;
      readonly writing: Promise<unknown>;
    }
  | { readonly kind: "late"; readonly memMib: number | null };

/** One container as its agent sees it: who it is, what its limits are, what it used. */
export class TrackedContainer {
  readonly group: ControlGroup;
  readonly firstSeenAt: MonotonicSeconds;
  #facts: ContainerFacts;
  /** The cpu limit the kernel holds, as last written or read. */
  cpuLimit: CpuLimit | undefined;
  memMibLimit: number | null | undefined;
  /** An earlier agent had it in hand. */
  isTakenUp = false;
  /** Its owner's limits are being written: what is changed meanwhile is no left-over of ours. */
  isInOwnersHand = false;
  /** Looking at it failed: nothing of it is changed any more. */
  quarantine: Reason | undefined;
  /** Another hand changed a limit, which is left alone; the other one is scaled on. */
  readonly driftHolds: Record<Resource, Reason | undefined> = byResource(() => undefined);
  /** The folders on the restore list: where a limit of ours may be, and must be put back. */
  readonly leasedFolders: Record<Resource, string | undefined> = byResource(() => undefined);
  /** A memory write that has not answered yet: no other is begun beside it. */
  memoryWrite: MemoryWrite | undefined;
  /**
   * Whether its tasks wait at the memory limit: `ours` while we let them, `owners` where another hand
   * decides.
   */
  memoryWait: "off" | "ours" | "owners" = "off";
  /** When the kernel killed a process of it last, as far as was noticed. */
  killedAt: MonotonicSeconds | undefined;
  /** Since when they stand still for want of memory. */
  waitingSince: MonotonicSeconds | undefined;
  /** The newest order taken, per resource: an older one never overwrites it. */
  readonly lastSequences: Record<Resource, number> = byResource(() => 0);
  limitWatch: { cancel(): void } | undefined;
  pressureWatch: { cancel(): void } | undefined;
  /** The last look at it failed, or came to nothing in a pause: nobody tells of the change twice. */
  readonly isLookDue: Record<Resource, boolean> = byResource(() => false);
  /** As the tiers were made last. */
  readonly isInAuto: Record<Resource, boolean> = byResource(() => false);
  readonly memory: MemorySampler;
  readonly rates: TrackedRates;
  readonly cores: TrackedCores;
  /** What an earlier agent was about to write when it died: should it still land, it is ours. */
  memMibLeftOpen: number | null | undefined;
  #isClosed = false;

  #accounting: Accounting = emptyAccounting;
  #bucket: Bucket | undefined;
  #cpuSeconds: number | undefined;
  #readAt: MonotonicSeconds | undefined;
  #hasReading = false;
  #cpuSharesUsed: number | undefined;
  #memAccountedAt: MonotonicSeconds | undefined;
  #isFrozen = false;
  #cpuSecondsAtSlowReading: number | undefined;
  #memReadAt = Number.NEGATIVE_INFINITY;
  readonly #throttling = new ThrottleReadings();

  constructor(options: {
    readonly facts: ContainerFacts;
    readonly group: ControlGroup;
    readonly firstSeenAt: MonotonicSeconds;
    readonly rates?: RateControl | undefined;
  }) {
    this.#facts = options.facts;
    this.group = options.group;
    this.firstSeenAt = options.firstSeenAt;
    this.memory = new MemorySampler(options.group);
    this.rates = new TrackedRates(options.rates);
    this.cores = new TrackedCores(options.group.cpuset);
    this.cpuLimit = options.facts.first.cpu;
    this.memMibLimit = options.facts.first.memMib;
  }

  get name(): StructureName {
    return this.#facts.name;
  }

  get id(): ContainerId {
    return this.#facts.id;
  }

  /** Whether the kernel gave the use of cpu when it was asked last. */
  get hasReading(): boolean {
    return this.#hasReading;
  }

  /** Set while the agent itself keeps the limit from being changed. */
  heldBack(resource: Resource): Reason | undefined {
    return this.quarantine ?? this.driftHolds[resource];
  }

  get facts(): ContainerFacts {
    return this.#facts;
  }

  /** Its owner gave it another name while it ran. */
  rename(name: StructureName): void {
    this.#facts = { ...this.#facts, name };
  }

  /** The owner changed the limit: it is what release puts back from now on. */
  adoptFirstCpuLimit(cpu: CpuLimit): void {
    this.#facts = { ...this.#facts, first: { ...this.#facts.first, cpu } };
  }

  adoptFirstMemLimit(memMib: number | null): void {
    this.#facts = { ...this.#facts, first: { ...this.#facts.first, memMib } };
  }

  adoptFirstRate(resource: RateResource, amount: number | null): void {
    const { first } = this.#facts;
    const rates = { ...first.rates, [resource]: amount };
    this.#facts = { ...this.#facts, first: { ...first, rates } };
  }

  /** Whether there is nothing that release would put back. */
  stateOf(resource: Resource): "first" | "changed" | "unknown" {
    const { first } = this.#facts;
    if (isRateResource(resource)) return this.rates.stateOf(resource, first.rates ?? {});
    if (resource === "mem") {
      if (this.memoryWait === "ours") return "changed";
      if (this.memMibLimit === undefined || first.memMib === undefined) return "unknown";
      return isSameMemLimit(this.memMibLimit, first.memMib) ? "first" : "changed";
    }
    if (this.cpuLimit === undefined || first.cpu === undefined) return "unknown";
    return isSameCpuLimit(this.cpuLimit, first.cpu) ? "first" : "changed";
  }

  /** In the resource's unit; `null` = no limit, `undefined` = not known. */
  limitOf(resource: Resource): number | null | undefined {
    return limitIn(this.#limits, resource);
  }

  get #limits(): ContainerLimits {
    return { cpu: this.cpuLimit, memMib: this.memMibLimit, rates: this.rates.limits };
  }

  /**
   * What the container holds of the host; its max where nothing less is known. A write of its memory
   * limit may land at any moment, so until it is over the larger limit counts.
   */
  held(resource: Resource, max: number): number {
    if (isRateResource(resource)) return this.rates.held(resource, max);
    const now = this.limitOf(resource) ?? max;
    if (resource === "cpu" || this.memoryWrite === undefined) return now;
    return Math.max(now, this.memoryWrite.memMib ?? max);
  }

  /**
   * Reads usage; what cannot be read is missing in the sample, not zero. Whether it is frozen matters
   * to policy alone, so only where `isScaled` a container that used nothing at all is asked.
   */
  sample(
    clock: Clock,
    settings: StructureSettings,
    { isScaled, sampleSeconds }: { readonly isScaled: boolean; readonly sampleSeconds: number },
  ): UsageSample {
    // A reading that throws is none: the container is set aside, and whether it is gone must be asked.
    this.#hasReading = false;
    const used = this.group.readCpuUsedSeconds();
    const at = clock.monotonic();
    const windowSeconds = this.#readAt === undefined ? undefined : at - this.#readAt;
    const usedCoreSeconds = differenceOf(used, this.#cpuSeconds);
    this.#hasReading = used !== undefined;
    if (used !== undefined) {
      this.#cpuSeconds = used;
      this.#readAt = at;
    }
    this.#cpuSharesUsed = undefined;
    if (usedCoreSeconds !== undefined && windowSeconds !== undefined && windowSeconds > 0) {
      this.#cpuSharesUsed = coreSecondsToShares(usedCoreSeconds, windowSeconds);
      this.#account(windowSeconds, usedCoreSeconds, settings);
    }
    if (usedCoreSeconds !== 0) this.#isFrozen = false;
    else if (isScaled) this.#isFrozen = this.group.isFrozen();
    return {
      name: this.name,
      id: this.id,
      at,
      windowSeconds,
      cpuSharesUsed: this.#cpuSharesUsed,
      ...(isGap(windowSeconds, sampleSeconds) && { spansGap: true }),
      cpuLimit: this.cpuLimit,
      ...this.#throttledPeriods(),
      isFrozen: this.#isFrozen,
      ...this.#freshRates(),
      ...(this.killedAt !== undefined && { killedAt: this.killedAt }),
      ...this.#sampleMemory(at, settings, { sampleSeconds, hasRun: usedCoreSeconds !== 0 }),
    };
  }

  #freshRates(): Pick<UsageSample, "rates"> {
    const rates = this.rates.takeFresh();
    return rates === undefined ? {} : { rates };
  }

  /** As the kernel counted them when it was asked last, up to a second ago. */
  #throttledPeriods(): Pick<UsageSample, "cpuThrottledPeriods"> {
    const cpuThrottledPeriods = this.#throttling.newest?.throttledPeriods;
    return cpuThrottledPeriods === undefined ? {} : { cpuThrottledPeriods };
  }

  /** The kernel says that it waits at its memory limit: whether for want of it, or only for reclaim. */
  sampleUnderPressure(
    clock: Clock,
    settings: StructureSettings,
    sampleSeconds: number,
  ): UsageSample {
    const at = clock.monotonic();
    const memory = this.#sampleMemory(at, settings, { sampleSeconds, isPressed: true });
    return {
      name: this.name,
      id: this.id,
      at,
      only: "mem",
      windowSeconds: undefined,
      cpuSharesUsed: undefined,
      cpuLimit: this.cpuLimit,
      isFrozen: false,
      ...memory,
      ...(this.memory.fills(this.memMibLimit) && { isWaitingForMemory: true }),
    };
  }

  /** With every sample where a policy moves the limit; else as the slow tier left it. */
  #sampleMemory(
    at: MonotonicSeconds,
    settings: StructureSettings,
    how: Pick<SampledLimit, "isPressed" | "hasRun"> & { readonly sampleSeconds: number },
  ): MemorySample {
    const { mem } = settings.resources;
    const isBraked = this.pressureWatch !== undefined || this.memoryWait === "ours";
    const isScaled = mem.mode !== "observe";
    if (isScaled) this.#readMemory(at, { ...how, tier: "scaled", isBraked }, mem.max);
    const memory = isScaled ? this.memory.use(isBraked) : undefined;
    return {
      memMibUsed: this.memory.usedMib,
      memMibFloor: this.memory.floorMib(how.sampleSeconds),
      memMibLimit: this.memMibLimit,
      ...(memory !== undefined && { memory }),
      ...(this.waitingSince !== undefined && { isWaitingForMemory: true }),
    };
  }

  #readMemory(at: MonotonicSeconds, how: Omit<SampledLimit, "limitMib">, maxMib: number): void {
    this.memory.sample(at, { ...how, limitMib: this.memMibLimit });
    this.#accountMemory(at, maxMib);
  }

  #accountMemory(at: MonotonicSeconds, maxMib: number): void {
    const limitMib = this.memMibLimit;
    const { usedMib } = this.memory;
    const since = this.#memAccountedAt;
    this.#memAccountedAt = usedMib === undefined ? undefined : at;
    if (since === undefined || usedMib === undefined || limitMib === undefined) return;
    const window = { seconds: at - since, usedMib, limitMib, maxMib };
    this.#accounting = accountMemory(this.#accounting, window);
  }

  #account(seconds: number, usedCoreSeconds: number, settings: StructureSettings): void {
    if (this.cpuLimit === undefined) return;
    const used = coreSecondsToShares(usedCoreSeconds, seconds);
    this.#bucket = bucketAfter(this.#bucket, this.cpuLimit, { seconds, used });
    this.#accounting = accountWindow(this.#accounting, {
      seconds,
      usedCoreSeconds,
      limit: this.cpuLimit,
      maxShares: settings.resources.cpu.max,
    });
  }

  /**
   * The tier that need not be quick: memory in use, and throttling. What used no cpu since it was read
   * ran nothing, so it was not throttled and took no memory; only reclaim may have taken some of it.
   */
  sampleSlowly(at: MonotonicSeconds, { resources: { mem } }: StructureSettings): void {
    const hasRun =
      this.#cpuSeconds === undefined || this.#cpuSeconds !== this.#cpuSecondsAtSlowReading;
    if (!hasRun && at - this.#memReadAt < idleMemorySeconds) {
      // What it holds it holds all the time, not once in ten seconds.
      this.#accountMemory(at, mem.max);
      return;
    }
    if (mem.mode === "observe") {
      this.#readMemory(at, { tier: hasRun ? "observed" : "idle" }, mem.max);
    }
    this.#memReadAt = at;
    if (!hasRun) return;
    this.#cpuSecondsAtSlowReading = this.#cpuSeconds;
    const throttling = this.group.readThrottling();
    if (throttling === undefined) return;
    const addedSeconds = this.#throttling.take(at, throttling);
    if (addedSeconds === 0) return;
    const sum = this.#accounting.throttledSeconds + addedSeconds;
    this.#accounting = { ...this.#accounting, throttledSeconds: sum };
  }

  /** A limit was written, in so many writes, of which each hands out a quota. */
  changed(limit: CpuLimit, writes: number): void {
    const noTime = { seconds: 0, used: 0 };
    // Another hand may have written since the last sample, and so may we.
    this.#bucket &&= bucketAfter(this.#bucket, this.cpuLimit ?? limit, noTime);
    const handedOut = handedOutBy(this.#bucket, limit, writes);
    this.#accounting = accountChange(this.#accounting, handedOut);
    this.cpuLimit = limit;
    this.#bucket &&= bucketAfter(this.#bucket, limit, noTime);
  }

  /** A memory limit was written. */
  memoryChanged(memMib: number | null): void {
    this.memMibLimit = memMib;
    this.#accounting = accountMemoryChange(this.#accounting);
  }

  view(now: MonotonicSeconds): AgentContainerView {
    return {
      facts: this.#facts,
      limits: this.#limits,
      isFrozen: this.#isFrozen,
      watchedSeconds: now - this.firstSeenAt,
      cpuSharesUsed: this.#cpuSharesUsed,
      memMibUsed: this.memory.usedMib,
      ratesUsed: this.rates.used,
      dataDisk: this.rates.control?.disk,
      rateCaveats: this.rates.control?.caveats ?? {},
      cpuUsedSeconds: this.#cpuSeconds,
      throttledSeconds: this.#throttling.newest?.throttledSeconds,
      throttledRatio: this.#throttling.ratio(now),
      accounting: this.#accounting,
      held: byResource((resource) => this.heldBack(resource)),
    };
  }

  /** Nobody tracks it any more: answers that are late must not put it into the books again. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.limitWatch?.cancel();
    this.pressureWatch?.cancel();
    this.rates.control?.close();
    this.group.close();
  }
}

type MemorySample = Pick<
  UsageSample,
  "memMibUsed" | "memMibFloor" | "memMibLimit" | "memory" | "isWaitingForMemory"
>;
