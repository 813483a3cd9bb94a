import type {
  DiskDirection,
  DiskLimit,
  DiskUse,
  DiskWriteOutcome,
  MemoryReading,
  MemWriteAnswer,
  RestoreEntry,
} from "@sc/ports";
import type { CpuLimitFiles } from "./files/cpu-limit-files.ts";
import type { CpuUseFiles } from "./files/cpu-use-files.ts";
import type { CpusetFiles } from "./files/cpuset-files.ts";
import type { TaskFiles } from "./files/task-files.ts";
import type { MemoryWaitFile } from "./v1/memory-wait-file.ts";

/**
 * The files of one container's group, controller by controller. Each controller is of v1 or of v2, wherever the
 * host mounted it; whoever reads and writes limits need not know.
 */
export interface GroupParts {
  readonly cpuUse: CpuUseFiles;
  readonly cpuLimit: CpuLimitPart;
  readonly memory: MemoryPart | undefined;
  readonly memoryWait: MemoryWaitFile | undefined;
  readonly cpuset: CpusetFiles | undefined;
  readonly freezer: FreezerPart | undefined;
  readonly disk: DiskPart | undefined;
  readonly tasks: TaskFiles | undefined;
}

/** The values a version keeps are its own affair. */
export type CpuLimitPart = Pick<
  CpuLimitFiles<never>,
  "folder" | "fileNames" | "read" | "write" | "restoreSteps" | "limitOfSteps" | "close"
>;

export interface MemoryPart {
  readonly folder: string;
  /** Whoever writes one of these changes the limit. */
  readonly limitFileNames: ReadonlySet<string>;
  /** How the kernel tells that the group waits at its limit; v1 has no way that is open to us. */
  readonly pressure: MemoryPressure | undefined;
  readMibCharged(): number | undefined;
  read(): MemoryReading | undefined;
  readKills(): number | undefined;
  readMibLimit(): number | null | undefined;
  write(memMib: number | null, deadlineSeconds: number): Promise<MemWriteAnswer>;
  restoreEntry(memMib: number | null): RestoreEntry | undefined;
  limitOfEntries(entries: readonly RestoreEntry[]): number | null | undefined;
  close(): void;
}

export interface MemoryPressure {
  readonly folder: string;
  /** Its name in the folder: the kernel says when it changes. */
  readonly file: string;
  /** How often its processes were made to wait. */
  readonly readWaits: () => number | undefined;
}

export interface FreezerPart {
  isFrozen(): boolean;
  close(): void;
}

export interface DiskPart {
  readUse(): readonly DiskUse[] | undefined;
  readLimits(): readonly DiskLimit[] | undefined;
  write(limit: DiskLimit): DiskWriteOutcome;
  readonly holdsBufferedWrites: boolean;
  restoreEntry(limit: DiskLimit, direction: DiskDirection): RestoreEntry | undefined;
  limitOfEntry(
    entry: RestoreEntry,
    of: { readonly device: string; readonly direction: DiskDirection },
  ): number | null | undefined;
}
