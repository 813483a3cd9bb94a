import type { ContainerId, ContainerLimits, CoreId, CpuLimit, Resource, Result } from "@sc/domain";

/** Where a container's groups are: one path below each hierarchy, beginning with `/`. */
export interface GroupRef {
  /** The path below the mount of each controller, the same on all: `/lxc.payload.web`. */
  readonly path: string;
}

export interface Cgroups {
  /**
   * Opens the group for reading and writing. Refuses paths that could leave the hierarchy and groups
   * that must never be touched; a group that is not there is a normal answer.
   */
  open(ref: GroupRef): Result<ControlGroup, GroupRefusal>;
}

export interface GroupRefusal {
  readonly code: "gone" | "never-touch" | "invalid-path" | "unreadable";
  readonly text: string;
}

/**
 * One group of the kernel. Readings are `undefined` when the kernel gave none (the group is gone,
 * the controller is not there): missing is never zero. Limits carry no kernel units.
 */
export interface ControlGroup {
  readonly ref: GroupRef;
  readonly id: ContainerId;
  /** Absolute path of the folder whose inode the identity is. */
  readonly folder: string;
  /** Whether the same group (not another of its name) is still there. */
  exists(): boolean;
  /** Core-seconds used since the group was made. */
  readCpuUsedSeconds(): number | undefined;
  readThrottling(): Throttling | undefined;
  readCpuLimit(): CpuLimit | undefined;
  /** MiB that are charged to the group, page cache included: always of now. */
  readMemMibCharged(): number | undefined;
  /** What of it the kernel could give back; costs more, and may be up to 2 s old. */
  readMemory(): MemoryReading | undefined;
  /** How many processes the kernel ended because the group was out of memory. */
  readMemoryKills(): number | undefined;
  /** MiB; `null` = no limit. */
  readMemMibLimit(): number | null | undefined;
  /** Absent where the kernel has no such choice. */
  readonly memoryWait?: MemoryWait;
  /** Absent where the host has no such controller. */
  readonly cpuset?: Cpuset;
  isFrozen(): boolean;
  readTasks(): TaskReading | undefined;
  /** Of the processes in it and below, `max` at most: those through which one sees what the container sees. */
  readProcessIds(max: number): readonly number[] | undefined;
  /** By device, those that were used alone. On v1 buffered writes are not among them. */
  readDiskUse(): readonly DiskUse[] | undefined;
  /** By device, those that are limited alone. */
  readDiskLimits(): readonly DiskLimit[] | undefined;
  /**
   * Makes `limit` the limit of its device and writes only what differs. On v1 only direct and synced
   * writes are held by it (kernel.md §5).
   */
  writeDiskLimit(limit: DiskLimit): DiskWriteOutcome;
  /** Whether a limit of writes holds those that go through the page cache too. */
  readonly holdsBufferedWrites: boolean;
  /** What puts one direction of a disk's limit back; `undefined` where nothing limits disks. */
  diskRestoreEntry(limit: DiskLimit, direction: DiskDirection): RestoreEntry | undefined;
  /** The inverse: bytes per second; `undefined`: the entry is about something else. */
  diskLimitOfEntry(
    entry: RestoreEntry,
    of: { readonly device: string; readonly direction: DiskDirection },
  ): number | null | undefined;
  /**
   * Makes `limit` the group's cpu limit: reads what is there, writes only what differs, in the order
   * the kernel wants, and reads back. Every write is a refill (kernel.md §1), so nothing is written
   * when nothing differs.
   */
  writeCpuLimit(limit: CpuLimit): CpuWriteOutcome;
  /**
   * Looks whether the memory in use allows it, then writes in a worker, because the kernel may reclaim
   * for seconds in the writer. Past `deadlineSeconds` the answer is `late`, or `not-begun` where others
   * kept the workers busy. A growth waits for no shrink.
   */
  writeMemMibLimit(memMib: number | null, deadlineSeconds: number): Promise<MemWriteAnswer>;
  /**
   * Calls back when anyone, ourselves included, may have written one of the group's limits. May be
   * missed by the kernel (queue full), so a slow look at the limits stays necessary. `undefined`: no
   * watch is to be had, and the limits must be looked at with every sample. So too after `onEnd`, which
   * is called when the kernel ends the watch by itself.
   */
  watchLimits(
    onWrite: (resource: Resource) => void,
    onEnd: () => void,
  ): { cancel(): void } | undefined;
  /**
   * Calls back when the kernel makes the group's processes wait at its memory limit, at most 20 times a
   * second; `undefined`: it does not tell, and memory must be looked at with every sample.
   */
  watchMemoryPressure(onPressure: () => void): { cancel(): void } | undefined;
  /**
   * What puts limits back with nothing but a shell, a folder of the kernel each. A limit that is not
   * known is left out.
   */
  restoreEntries(limits: ContainerLimits): readonly RestoreEntry[];
  /** What the entries would put back: the inverse, for those an earlier process left. */
  limitsOfEntries(entries: readonly RestoreEntry[]): ContainerLimits;
  close(): void;
}

/**
 * At its memory limit a group of cgroup v1 may wait for a higher one instead of losing a process. Whoever
 * switches that on must raise the limit, or switch it off again: nobody else ends the waiting.
 */
export interface MemoryWait {
  read(): MemoryWaitReading | undefined;
  /** Groups that were made inside while it was on are switched off with it: they took it from theirs. */
  write(isOn: boolean): Result<void, WriteRefusal>;
  /** Switches it off with nothing but a shell, once the limit was put back. */
  readonly restoreStep: RestoreStep;
}

export interface MemoryWaitReading {
  readonly isOn: boolean;
  /** Something waits now. */
  readonly isWaiting: boolean;
  /** They would take it from theirs, and wait at limits of their own that nobody raises. */
  readonly hasGroupsInside: boolean;
}

/** On which cores a group may run. Written on hosts whose containers are pinned, and nowhere else. */
export interface Cpuset {
  /** As it is set, ascending; on v2 empty = those of the group above. `undefined` = could not be read. */
  read(): readonly CoreId[] | undefined;
  /** On which it runs, whoever limits that. */
  readEffective(): readonly CoreId[] | undefined;
  /** Writes only where it differs; the order in which cores are named says nothing. */
  write(cores: readonly CoreId[]): Result<"applied" | "unchanged" | "gone", WriteRefusal>;
  /** What puts cores back with nothing but a shell; `undefined` = nothing that a shell could write. */
  restoreEntry(cores: readonly CoreId[]): RestoreEntry | undefined;
  /** The inverse, for what an earlier process left. */
  coresOfEntries(entries: readonly RestoreEntry[]): readonly CoreId[] | undefined;
}

export interface MemoryReading {
  readonly chargedMib: number;
  /** Page cache: dropped, or written to the disk and dropped, before anything else is. */
  readonly cachedMib: number;
  /** Of the page cache what is not on the disk yet: the kernel refuses a limit that would need its room. */
  readonly dirtyMib: number;
  /** Anonymous and shared memory, the kernel's for it, and what is locked: reclaim cannot give it back. */
  readonly unreclaimableMib: number;
  /**
   * Page cache that was read again after reclaim had taken it, since the group was made: what it cost to
   * have too little. `undefined` where the kernel does not count it.
   */
  readonly refaultedMib: number | undefined;
  /** Anonymous memory that lies in swap; `undefined` where the kernel does not count it. */
  readonly swappedMib: number | undefined;
}

export interface Throttling {
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledSeconds: number;
}

/** Processes and threads of the group and of those below it. */
export interface TaskReading {
  readonly count: number;
  /** `null` = no limit. */
  readonly max: number | null;
}

export interface DiskUse {
  /** As the kernel numbers it: `8:0`. */
  readonly device: string;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

export type DiskDirection = "read" | "write";

/** `null` = no limit. */
export interface DiskLimit {
  readonly device: string;
  readonly readBytesPerSecond: number | null;
  readonly writeBytesPerSecond: number | null;
}

export type DiskWriteOutcome =
  | { readonly kind: "applied" | "unchanged"; readonly limit: DiskLimit }
  | { readonly kind: "refused"; readonly refusal: WriteRefusal }
  | { readonly kind: "gone" };

/** Why the kernel, or the writer itself, did not take a limit. */
export interface WriteRefusal {
  readonly code:
    | "invalid"
    | "busy"
    | "read-only"
    | "not-permitted"
    | "out-of-range"
    | "hierarchy"
    | "memory-in-use"
    /** The group's files of the resource are not there: whoever owns the group above must enable them. */
    | "no-controller"
    | "io";
  readonly text: string;
}

export type CpuWriteOutcome =
  | { readonly kind: "applied"; readonly limit: CpuLimit; readonly writes: number }
  | { readonly kind: "unchanged"; readonly limit: CpuLimit }
  | {
      readonly kind: "refused";
      readonly refusal: WriteRefusal;
      /** What the kernel holds after the attempt. */
      readonly limit: CpuLimit | undefined;
      readonly writes: number;
    }
  | { readonly kind: "gone" };

export type MemWriteOutcome =
  | { readonly kind: "applied"; readonly memMib: number | null }
  | { readonly kind: "unchanged"; readonly memMib: number | null }
  | { readonly kind: "refused"; readonly refusal: WriteRefusal }
  /** Nothing was written, nor will it be: it can be asked for again at once. */
  | { readonly kind: "not-begun" }
  | { readonly kind: "gone" };

/** `late`: the kernel still writes, and the limit may change until it tells how that ended. */
export type MemWriteAnswer =
  | MemWriteOutcome
  | { readonly kind: "late"; readonly ended: Promise<MemWriteOutcome> };

/** What to put back of one resource. */
export interface RestoreEntry {
  /** On v2 the files of all resources lie in one folder: it alone does not tell entries apart. */
  readonly resource: Resource | "cores";
  /** Of the folder: a group that was made anew under the same name is never written. */
  readonly inode: string;
  /** Absolute path. */
  readonly folder: string;
  readonly steps: readonly RestoreStep[];
}

/** One file to write to put a limit back, in order. */
export interface RestoreStep {
  /** Absolute path of the kernel's file. */
  readonly file: string;
  readonly value: string;
}
