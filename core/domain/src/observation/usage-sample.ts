import type { ContainerId } from "../structure/container.ts";
import type { CpuLimit } from "../structure/cpu-limit.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { MonotonicSeconds } from "../units/time.ts";

/** What one reading of one container says. Missing is `undefined`, never zero. */
export interface UsageSample {
  readonly name: StructureName;
  readonly id: ContainerId;
  readonly at: MonotonicSeconds;
  /** Since the reading before; `undefined` at the first. */
  readonly windowSeconds: number | undefined;
  readonly cpuSharesUsed: number | undefined;
  /** The cpu limit that is applied now. */
  readonly cpuLimit: CpuLimit | undefined;
  readonly isFrozen: boolean;
  /** Only in the tiers that read it. */
  readonly memMibUsed: number | undefined;
}

/** The host as its agent sees it: what may still be granted, and whether growing is wise. */
export interface HostObservation {
  readonly cpuSharesTotal: number;
  /** Total less the reserve and what everything outside auto uses. */
  readonly cpuSharesGrantable: number;
  /** Σ of what containers in auto hold. */
  readonly cpuSharesGranted: number;
  readonly isOvercommitted: boolean;
  /** Little memory left or stalls: no growth. */
  readonly isPressed: boolean;
}

export interface UsageBatch {
  readonly host: string;
  readonly at: MonotonicSeconds;
  readonly samples: readonly UsageSample[];
  readonly hostObservation: HostObservation;
}
