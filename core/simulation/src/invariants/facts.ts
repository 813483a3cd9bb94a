import type {
  Accounting,
  BrakeSettings,
  ByResource,
  Change,
  ContainerId,
  ContainerLimits,
  ContainerNotice,
  Hold,
  HostObservation,
  HostTotals,
  LimitValue,
  MonotonicSeconds,
  Reason,
  Resource,
  ScalingRequest,
  StructureName,
  StructureSettings,
  UsageSample,
} from "@sc/domain";
import type { CpuWriteOutcome, JournalEntry, MemWriteAnswer, RestoreEntry } from "@sc/ports";

/**
 * What checkers of the invariants are told: only what passes a port or stands in the kernel, so that they
 * say the same of a simulated host and of a real one. Whatever is `undefined` is not known, and no checker
 * says anything about it.
 */
export interface HostFacts {
  readonly at: MonotonicSeconds;
  /** Of what a finder finds: where containers are. */
  readonly foundPaths: readonly string[];
  /** Those whose settings are known. */
  readonly containers: readonly ContainerFactsNow[];
  /** Since when it is these, and no others. */
  readonly containersSince: MonotonicSeconds;
  /** As the agent tells it; `undefined` while none runs. */
  readonly books: HostObservation | undefined;
  /** The most that may be granted, by what is known beside the agent. */
  readonly grantableMost: HostTotals | undefined;
  readonly brakes: BrakeSettings | undefined;
  /** Changes so far, oldest first; at least those of a window of the brakes. */
  readonly changes: readonly Change[];
  /** Since when so many shrinks a minute are allowed as after a start. */
  readonly scalerStartedAt: MonotonicSeconds | undefined;
  /** What would be put back if the agent died now; `undefined` = not known. */
  readonly restoreList: readonly RestoreEntry[] | undefined;
  readonly isLeaseFresh: boolean | undefined;
  /** The groups of this very process. */
  readonly ownGroups: readonly string[];
  /** A change by another hand is noticed in this time, and every sample comes within it. */
  readonly noticeSeconds: number;
}

/** One container as kernel, agent and settings have it. */
export interface ContainerFactsNow {
  readonly name: StructureName;
  readonly id: ContainerId;
  readonly path: string;
  readonly settings: StructureSettings;
  /** Itself, or everything. */
  readonly isPaused: boolean;
  /** Since when modes, bands and pause are what they are: the agent comes to know with its next tick. */
  readonly settingsSince: MonotonicSeconds;
  /** What release would put back, as the agent knows it. */
  readonly first: ContainerLimits;
  /** The limits in force, as the agent knows them. */
  readonly known: ContainerLimits;
  readonly kernel: ContainerLimits;
  /** What the restore list would put back. */
  readonly restored: ContainerLimits | undefined;
  readonly unreclaimableMib: number | undefined;
  /** The same when its newest sample was made: what came since, nobody could know. */
  readonly unreclaimableMibSampled: number | undefined;
  /** The newest of what its group was asked for; `undefined` of one = the kernel gave none. */
  readonly readings: Readings | undefined;
  readonly sample: UsageSample | undefined;
  /** A memory limit is being written: until that is over the larger of two is granted. */
  readonly isMemoryUnderWay: boolean;
  /** The agent does not change it, and why. */
  readonly held: Reason | undefined;
  /** It, or what is decided about it, fails: others must not suffer for it. */
  readonly isBroken: boolean;
  /** Since when kernel and agent differ. */
  readonly differsSince: ByResource<MonotonicSeconds | undefined>;
  readonly brakes: ByResource<BrakeFacts> | undefined;
  readonly cpuset: string | undefined;
  readonly accounting: Accounting;
}

export interface Readings {
  readonly cpuUsedSeconds: number | undefined;
  readonly memMib: number | undefined;
}

/** What every brake hangs on, gathered from what was told. */
export interface BrakeFacts {
  readonly watchedSince: MonotonicSeconds;
  /** Since then earlier shrinks count: another hand changed the limit, and nothing was taken from it. */
  readonly countedSince: MonotonicSeconds;
  readonly grewAt: MonotonicSeconds | undefined;
  /** No shrink before: it was restarted, killed or refused. */
  readonly heldUntil: MonotonicSeconds | undefined;
}

/** One thing that happened. `before` is the host as it was then. */
export type Fact =
  | { readonly kind: "write"; readonly write: LimitWrite; readonly before: HostFacts }
  | {
      readonly kind: "written";
      readonly write: LimitWrite;
      readonly result: WriteResult;
      readonly before: HostFacts;
      readonly after: HostFacts;
    }
  | { readonly kind: "change"; readonly change: Change; readonly before: HostFacts }
  | {
      readonly kind: "samples";
      readonly samples: readonly UsageSample[];
      readonly before: HostFacts;
    }
  | {
      readonly kind: "requests";
      readonly requests: readonly ScalingRequest[];
      readonly before: HostFacts;
    }
  | { readonly kind: "holds"; readonly holds: readonly Hold[]; readonly before: HostFacts }
  | {
      readonly kind: "notices";
      readonly notices: readonly ContainerNotice[];
      readonly before: HostFacts;
    }
  /** Nothing but time passed since `before`, or what happened was told already. */
  | { readonly kind: "look"; readonly before: HostFacts; readonly after: HostFacts };

/** A limit is about to be written. */
export interface LimitWrite {
  readonly path: string;
  readonly id: ContainerId;
  readonly resource: Resource;
  /** As the kernel holds it; `undefined` = it cannot be read. */
  readonly held: LimitValue | undefined;
  readonly asked: LimitValue;
  /** The newest line about this limit that was meant for the journal, and whether it is in it. */
  readonly line: { readonly entry: JournalEntry; readonly isWritten: boolean } | undefined;
}

export interface WriteResult {
  readonly outcome: (CpuWriteOutcome | MemWriteAnswer)["kind"];
  /** As the kernel holds it now. */
  readonly holds: LimitValue | undefined;
}
