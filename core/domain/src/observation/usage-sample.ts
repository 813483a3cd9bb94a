import type { ContainerId } from "../structure/container.ts";
import type { CpuLimit } from "../structure/cpu-limit.ts";
import type { ByPresentResource, ByRate, Resource } from "../structure/resource.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { MonotonicSeconds } from "../units/time.ts";

/** Who measured it, where it was not the agent of the host. */
export type OutsideOrigin = "posted" | "pulled";

/** What one reading of one container says. Missing is `undefined`, never zero. */
export interface UsageSample {
  readonly name: StructureName;
  readonly id: ContainerId;
  readonly at: MonotonicSeconds;
  /** Taken between two ticks for the sake of this resource: it says nothing of another. */
  readonly only?: Resource;
  /** Absent = the agent's own reading. */
  readonly origin?: OutsideOrigin;
  /** Since the reading before; `undefined` at the first. */
  readonly windowSeconds: number | undefined;
  readonly cpuSharesUsed: number | undefined;
  /** Nobody looked for so long that the window says nothing about now; absent in the usual case. */
  readonly spansGap?: boolean;
  /** The cpu limit that is applied now. */
  readonly cpuLimit: CpuLimit | undefined;
  /** Periods that ended throttled since the group was made, up to a second old; absent = not known. */
  readonly cpuThrottledPeriods?: number;
  readonly isFrozen: boolean;
  /** When the kernel killed a process of it last: word of that alone may be lost. Absent = never. */
  readonly killedAt?: MonotonicSeconds;
  /** What reclaim could not give back; only in the tiers that read it. */
  readonly memMibUsed: number | undefined;
  /** What is in use and a margin for its growth: no limit may be below. */
  readonly memMibFloor: number | undefined;
  /** The memory limit that is applied now; `null` = no limit. */
  readonly memMibLimit: number | null | undefined;
  /** What a policy for memory asks beside its use; absent where its limit is not scaled. */
  readonly memory?: MemoryUse;
  /** Tasks stand still at the memory limit until it is raised; absent where they cannot. */
  readonly isWaitingForMemory?: boolean;
  /** Of disk and network what it has, read once a second: absent in the samples between. */
  readonly rates?: ByRate<RateUse>;
}

/** In the resource's unit; what could not be read is `undefined`. */
export interface RateUse {
  /** Since the reading before; `undefined` at the first. */
  readonly windowSeconds: number | undefined;
  readonly used: number | undefined;
  /** Applied now; `null` = no limit. */
  readonly limit: number | null | undefined;
}

/** What the memory of a container is made of, in MiB. */
export interface MemoryUse {
  /** Page cache. */
  readonly cachedMib: number;
  /** Of it what is not on the disk yet. */
  readonly dirtyMib: number;
  /**
   * How fast page cache is read again that reclaim had taken, between the last two readings of the
   * statistics; `undefined` where the kernel does not count it, or there was one reading only.
   */
  readonly refaultMibPerSecond: number | undefined;
  /** `undefined` where the kernel does not count it. */
  readonly swappedMib: number | undefined;
  /** What would exceed the limit waits for a higher one, instead of being ended by the kernel. */
  readonly isBraked: boolean;
}

/** The book of one resource of a host, in the resource's unit. */
export interface HostBook {
  readonly total: number;
  /** Total less the reserve and what everything outside auto uses. */
  readonly grantable: number;
  /** Σ of what containers in auto hold. */
  readonly granted: number;
  readonly isOvercommitted: boolean;
}

/** The host as its agent sees it: what may still be granted, and whether growing is wise. */
export interface HostObservation extends ByPresentResource<HostBook> {
  /** Little memory left or stalls: nothing grows but what prevents a kill. */
  readonly isPressed: boolean;
}

export interface UsageBatch {
  readonly host: string;
  readonly at: MonotonicSeconds;
  readonly samples: readonly UsageSample[];
  readonly hostObservation: HostObservation;
}
