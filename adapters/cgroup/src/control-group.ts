import type { ContainerId, ContainerLimits, CpuLimit, Resource } from "@sc/domain";
import type {
  ControlGroup,
  Cpuset,
  CpuWriteOutcome,
  DiskDirection,
  DiskLimit,
  DiskUse,
  DiskWriteOutcome,
  GroupRef,
  MemoryReading,
  MemoryWait,
  MemWriteAnswer,
  RestoreEntry,
  TaskReading,
  Throttling,
  WriteRefusal,
} from "@sc/ports";
import type { KernelFiles } from "./files/kernel-files.ts";
import { processIdsIn } from "./files/process-ids.ts";
import { type FolderWatch, watchFiles } from "./files/watch-files.ts";
import type { GroupGuard } from "./group-guard.ts";
import type { GroupParts } from "./group-parts.ts";
import { watchPressure } from "./watch-pressure.ts";

export interface ControlGroupDeps {
  readonly files: KernelFiles;
  readonly guard: GroupGuard;
  readonly makeParts: (of: {
    readonly isStillTheSame: () => boolean;
    /** Why nothing may be written at all. */
    readonly refusal: () => WriteRefusal | undefined;
  }) => GroupParts;
}

/** One container's group, of whichever version of cgroup each of its controllers is. */
export class KernelControlGroup implements ControlGroup {
  readonly ref: GroupRef;
  readonly id: ContainerId;
  readonly memoryWait?: MemoryWait;
  readonly cpuset?: Cpuset;
  readonly #inode: number;
  readonly #files: KernelFiles;
  readonly #guard: GroupGuard;
  readonly #parts: GroupParts;

  constructor(ref: GroupRef, inode: number, deps: ControlGroupDeps) {
    this.ref = ref;
    this.id = String(inode) as ContainerId;
    this.#inode = inode;
    this.#files = deps.files;
    this.#guard = deps.guard;
    this.#parts = deps.makeParts({
      isStillTheSame: () => this.exists(),
      refusal: () => this.#refusalOfGuard(),
    });
    const { cpuset, memoryWait } = this.#parts;
    if (cpuset !== undefined) this.cpuset = cpuset;
    if (memoryWait !== undefined) this.memoryWait = memoryWait;
  }

  get folder(): string {
    return this.#parts.cpuLimit.folder;
  }

  exists(): boolean {
    return this.#files.inode(this.folder) === this.#inode;
  }

  readCpuUsedSeconds(): number | undefined {
    return this.#parts.cpuUse.readUsedSeconds();
  }

  readThrottling(): Throttling | undefined {
    return this.#parts.cpuUse.readThrottling();
  }

  readCpuLimit(): CpuLimit | undefined {
    return this.#parts.cpuLimit.read();
  }

  readMemMibCharged(): number | undefined {
    return this.#parts.memory?.readMibCharged();
  }

  readMemory(): MemoryReading | undefined {
    return this.#parts.memory?.read();
  }

  readMemoryKills(): number | undefined {
    return this.#parts.memory?.readKills();
  }

  readMemMibLimit(): number | null | undefined {
    return this.#parts.memory?.readMibLimit();
  }

  isFrozen(): boolean {
    return this.#parts.freezer?.isFrozen() === true;
  }

  readTasks(): TaskReading | undefined {
    return this.#parts.tasks?.read();
  }

  readProcessIds(max: number): readonly number[] | undefined {
    return this.exists() ? processIdsIn(this.folder, max) : undefined;
  }

  readDiskUse(): readonly DiskUse[] | undefined {
    return this.#parts.disk?.readUse();
  }

  readDiskLimits(): readonly DiskLimit[] | undefined {
    return this.#parts.disk?.readLimits();
  }

  get holdsBufferedWrites(): boolean {
    return this.#parts.disk?.holdsBufferedWrites ?? false;
  }

  diskRestoreEntry(limit: DiskLimit, direction: DiskDirection): RestoreEntry | undefined {
    return this.#parts.disk?.restoreEntry(limit, direction);
  }

  diskLimitOfEntry(
    entry: RestoreEntry,
    of: { readonly device: string; readonly direction: DiskDirection },
  ): number | null | undefined {
    return this.#parts.disk?.limitOfEntry(entry, of);
  }

  writeCpuLimit(limit: CpuLimit): CpuWriteOutcome {
    const refusal = this.#refusalOfGuard();
    return refusal === undefined
      ? this.#parts.cpuLimit.write(limit)
      : { kind: "refused", refusal, limit: this.readCpuLimit(), writes: 0 };
  }

  async writeMemMibLimit(memMib: number | null, deadlineSeconds: number): Promise<MemWriteAnswer> {
    const refusal = this.#refusalOfGuard();
    if (refusal !== undefined) return { kind: "refused", refusal };
    return this.#parts.memory?.write(memMib, deadlineSeconds) ?? withoutController("memory");
  }

  writeDiskLimit(limit: DiskLimit): DiskWriteOutcome {
    const refusal = this.#refusalOfGuard();
    if (refusal !== undefined) return { kind: "refused", refusal };
    return this.#parts.disk?.write(limit) ?? withoutController("io");
  }

  #refusalOfGuard(): WriteRefusal | undefined {
    const refusal = this.#guard.refusalOf(this.ref);
    return refusal && { code: "not-permitted", text: refusal.text };
  }

  watchLimits(
    onWrite: (resource: Resource) => void,
    onEnd: () => void,
  ): { cancel(): void } | undefined {
    const { cpuLimit, memory } = this.#parts;
    // On v2 both have their files in one folder, and one watch each all the same.
    const folders: FolderWatch[] = [
      [cpuLimit.folder, (file) => cpuLimit.fileNames.includes(file) && onWrite("cpu")],
    ];
    if (memory !== undefined)
      folders.push([memory.folder, (file) => memory.limitFileNames.has(file) && onWrite("mem")]);
    return watchFiles(folders, onEnd);
  }

  watchMemoryPressure(onPressure: () => void): { cancel(): void } | undefined {
    const { memory } = this.#parts;
    return memory?.pressure && watchPressure(memory.pressure, onPressure);
  }

  restoreEntries(limits: ContainerLimits): readonly RestoreEntry[] {
    const entries: RestoreEntry[] = [];
    const { cpuLimit, memory } = this.#parts;
    if (limits.cpu !== undefined) {
      const steps = cpuLimit.restoreSteps(limits.cpu);
      entries.push({ resource: "cpu", inode: this.id, folder: this.folder, steps });
    }
    const ofMemory = limits.memMib === undefined ? undefined : memory?.restoreEntry(limits.memMib);
    return ofMemory === undefined ? entries : [...entries, ofMemory];
  }

  limitsOfEntries(entries: readonly RestoreEntry[]): ContainerLimits {
    const { cpuLimit, memory } = this.#parts;
    const ofCpu = entries.find(
      ({ resource, folder, inode }) =>
        resource === "cpu" && folder === this.folder && inode === this.id,
    );
    return {
      cpu: ofCpu && cpuLimit.limitOfSteps(ofCpu.steps),
      memMib: memory?.limitOfEntries(entries),
    };
  }

  close(): void {
    const { cpuUse, cpuLimit, memory, memoryWait, freezer } = this.#parts;
    for (const part of [cpuUse, cpuLimit, memory, memoryWait, freezer]) part?.close();
  }
}

const withoutController = (controller: string) =>
  ({
    kind: "refused",
    refusal: { code: "no-controller", text: `the host has no ${controller} controller` },
  }) as const;
