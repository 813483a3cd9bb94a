import { type FSWatcher, watch } from "node:fs";
import type { ContainerId, ContainerLimits, CpuLimit, Resource } from "@sc/domain";
import type {
  ControlGroup,
  CpuWriteOutcome,
  GroupRef,
  MemoryReading,
  MemWriteAnswer,
  RestoreEntry,
  Throttling,
  WriteRefusal,
} from "@sc/ports";
import type { BlockingWriter } from "../files/blocking-writer.ts";
import type { DescriptorPool } from "../files/descriptor-pool.ts";
import { type FileOwner, GroupFile } from "../files/group-file.ts";
import { parseInteger, parseKeyed } from "../files/parse-numbers.ts";
import type { GroupGuard } from "../group-guard.ts";
import type { Hierarchies } from "../hierarchies.ts";
import { CpuLimitFiles } from "./cpu-limit-files.ts";
import { cpuFiles } from "./cpu-limit-steps.ts";
import { MemoryFiles, memoryLimitFileNames } from "./memory-files.ts";
import { MemoryWaitFile } from "./memory-wait-file.ts";

const nanosecondsPerSecond = 1e9;
const limitFileNames: ReadonlySet<string> = new Set(Object.values(cpuFiles));
const statKeys = {
  periods: Buffer.from("nr_periods"),
  throttledPeriods: Buffer.from("nr_throttled"),
  throttledNs: Buffer.from("throttled_time"),
};
/** `FROZEN` and `FREEZING` begin like this, `THAWED` does not. */
const firstLetterOfFrozen = "F".charCodeAt(0);

export interface ControlGroupDeps {
  readonly hierarchies: Hierarchies;
  readonly pool: DescriptorPool;
  readonly writer: BlockingWriter;
  readonly guard: GroupGuard;
}

/** One container's groups in the hierarchies of cgroup v1. */
export class ControlGroupV1 implements ControlGroup {
  readonly ref: GroupRef;
  readonly id: ContainerId;
  readonly #deps: ControlGroupDeps;
  readonly #cpuFolder: string;
  readonly #inode: number;
  readonly #cpuUsage: GroupFile;
  readonly #cpuStat: GroupFile;
  readonly #cpuLimit: CpuLimitFiles;
  readonly #memory: MemoryFiles | undefined;
  readonly memoryWait?: MemoryWaitFile;
  readonly #freezer: GroupFile | undefined;

  constructor(ref: GroupRef, inode: number, deps: ControlGroupDeps) {
    const { hierarchies, pool } = deps;
    this.ref = ref;
    this.id = String(inode) as ContainerId;
    this.#deps = deps;
    this.#inode = inode;
    this.#cpuFolder = `${hierarchies.cpu}${ref.path}`;
    const owner: FileOwner = { pool, isStillTheSame: () => this.exists() };
    this.#cpuUsage = new GroupFile(`${hierarchies.cpuacct}${ref.path}/cpuacct.usage`, owner);
    this.#cpuStat = new GroupFile(`${this.#cpuFolder}/cpu.stat`, owner);
    this.#cpuLimit = new CpuLimitFiles(this.#cpuFolder, owner);
    if (hierarchies.memory !== undefined) {
      const folder = `${hierarchies.memory}${ref.path}`;
      this.#memory = new MemoryFiles(folder, owner, deps.writer);
      this.memoryWait = new MemoryWaitFile(folder, owner, () => this.#guardRefusal());
    }
    if (hierarchies.freezer !== undefined) {
      this.#freezer = new GroupFile(`${hierarchies.freezer}${ref.path}/freezer.state`, owner);
    }
  }

  get folder(): string {
    return this.#cpuFolder;
  }

  exists(): boolean {
    return this.#deps.pool.files.inode(this.#cpuFolder) === this.#inode;
  }

  readCpuUsedSeconds(): number | undefined {
    const content = this.#cpuUsage.read();
    if (content === undefined) return undefined;
    const nanoseconds = parseInteger(content.bytes, content.length);
    return nanoseconds === undefined ? undefined : nanoseconds / nanosecondsPerSecond;
  }

  readThrottling(): Throttling | undefined {
    const content = this.#cpuStat.read();
    if (content === undefined) return undefined;
    const { bytes, length } = content;
    const periods = parseKeyed(bytes, length, statKeys.periods);
    const throttledPeriods = parseKeyed(bytes, length, statKeys.throttledPeriods);
    const throttledNs = parseKeyed(bytes, length, statKeys.throttledNs);
    if (periods === undefined || throttledPeriods === undefined) return undefined;
    const throttledSeconds = (throttledNs ?? 0) / nanosecondsPerSecond;
    return { periods, throttledPeriods, throttledSeconds };
  }

  readCpuLimit(): CpuLimit | undefined {
    return this.#cpuLimit.read();
  }

  readMemMibCharged(): number | undefined {
    return this.#memory?.readMibCharged();
  }

  readMemory(): MemoryReading | undefined {
    return this.#memory?.read();
  }

  readMemoryKills(): number | undefined {
    return this.#memory?.readKills();
  }

  readMemMibLimit(): number | null | undefined {
    return this.#memory?.readMibLimit();
  }

  isFrozen(): boolean {
    const content = this.#freezer?.read();
    return content !== undefined && content.length > 0 && content.bytes[0] === firstLetterOfFrozen;
  }

  writeCpuLimit(limit: CpuLimit): CpuWriteOutcome {
    const refusal = this.#guardRefusal();
    if (refusal !== undefined) {
      return { kind: "refused", refusal, limit: this.readCpuLimit(), writes: 0 };
    }
    return this.#cpuLimit.write(limit);
  }

  #guardRefusal(): WriteRefusal | undefined {
    const refusal = this.#deps.guard.refusalOf(this.ref);
    return refusal && { code: "not-permitted", text: refusal.text };
  }

  async writeMemMibLimit(memMib: number | null, deadlineSeconds: number): Promise<MemWriteAnswer> {
    const refusal = this.#guardRefusal();
    if (refusal !== undefined) return { kind: "refused", refusal };
    if (this.#memory === undefined) {
      const text = "the host has no memory controller on cgroup v1";
      return { kind: "refused", refusal: { code: "invalid", text } };
    }
    return this.#memory.write(memMib, deadlineSeconds);
  }

  /**
   * inotify sees every write(2) on the kernel's files, whoever makes it and however it is mounted.
   */
  watchLimits(onWrite: (resource: Resource) => void): { cancel(): void } | undefined {
    const watchers: FSWatcher[] = [];
    const cancel = (): void => {
      for (const watcher of watchers) watcher.close();
    };
    const watchFolder = (folder: string, resource: Resource, files: ReadonlySet<string>): void => {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name !== null && files.has(name)) onWrite(resource);
      });
      watcher.on("error", () => watcher.close());
      watchers.push(watcher);
    };
    try {
      watchFolder(this.#cpuFolder, "cpu", limitFileNames);
      if (this.#memory !== undefined) watchFolder(this.#memory.folder, "mem", memoryLimitFileNames);
    } catch {
      // The bound of the host is met, or the group is gone.
      cancel();
      return undefined;
    }
    return { cancel };
  }

  restoreEntries(limits: ContainerLimits): readonly RestoreEntry[] {
    const entries: RestoreEntry[] = [];
    if (limits.cpu !== undefined) {
      const steps = this.#cpuLimit.restoreSteps(limits.cpu);
      entries.push({ inode: String(this.#inode), folder: this.#cpuFolder, steps });
    }
    const memory =
      limits.memMib === undefined ? undefined : this.#memory?.restoreEntry(limits.memMib);
    return memory === undefined ? entries : [...entries, memory];
  }

  limitsOfEntries(entries: readonly RestoreEntry[]): ContainerLimits {
    const ofCpu = entries.find((entry) => entry.folder === this.#cpuFolder);
    return {
      cpu:
        ofCpu?.inode === String(this.#inode) ? this.#cpuLimit.limitOfSteps(ofCpu.steps) : undefined,
      memMib: this.#memory?.limitOfEntries(entries),
    };
  }

  close(): void {
    this.#cpuUsage.close();
    this.#cpuStat.close();
    this.#cpuLimit.close();
    this.#memory?.close();
    this.memoryWait?.close();
    this.#freezer?.close();
  }
}
