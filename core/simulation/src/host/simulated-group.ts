import {
  type ComputeResource,
  type ContainerId,
  type ContainerLimits,
  type CpuLimit,
  ok,
} from "@sc/domain";
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
  MemoryWaitReading,
  MemWriteOutcome,
  RestoreEntry,
  TaskReading,
  Throttling,
} from "@sc/ports";
import { fromKernelValues, toKernelValues } from "../kernel/cpu-values.ts";
import { readCpuLimit } from "../kernel/write-cpu-limit.ts";
import type { HostedGroup } from "./hosted-group.ts";
import { SimulatedCpuset } from "./simulated-cpuset.ts";

/** A simulated group as the core sees it: readings are missing once it is gone, and never zero. */
export class SimulatedGroup implements ControlGroup {
  readonly ref: GroupRef;
  readonly id: ContainerId;
  readonly folder: string;
  readonly memoryWait: MemoryWait;
  readonly cpuset: Cpuset;
  readonly #memFolder: string;
  readonly #group: HostedGroup;

  constructor(group: HostedGroup) {
    this.ref = { path: group.kernel.path };
    this.id = group.id;
    this.folder = `/simulated/cpu${group.kernel.path}`;
    this.#memFolder = `/simulated/memory${group.kernel.path}`;
    this.#group = group;
    this.cpuset = new SimulatedCpuset(group);
    this.memoryWait = {
      read: () => this.#read(({ kernel }) => waitOf(kernel)),
      write: (isOn) => {
        group.kernel.memory.setWait(isOn);
        return ok(undefined);
      },
      restoreStep: { file: `${this.#memFolder}/wait`, value: "0" },
    };
  }

  exists(): boolean {
    return !this.#group.kernel.isGone;
  }

  readCpuUsedSeconds(): number | undefined {
    return this.#read((group) => group.kernel.usedUs / usPerSecond);
  }

  readThrottling(): Throttling | undefined {
    return this.#read(({ kernel }) => {
      const { periods, throttledPeriods, throttledUs } = kernel.bandwidth.counters;
      return { periods, throttledPeriods, throttledSeconds: throttledUs / usPerSecond };
    });
  }

  readCpuLimit(): CpuLimit | undefined {
    return this.#read((group) => readCpuLimit(group.kernel));
  }

  readMemMibCharged(): number | undefined {
    return this.#read((group) => group.kernel.memory.read().chargedMib);
  }

  readMemory(): MemoryReading | undefined {
    return this.#read((group) => group.kernel.memory.read());
  }

  readMemoryKills(): number | undefined {
    return this.#read((group) => group.kernel.memory.kills);
  }

  readMemMibLimit(): number | null | undefined {
    return this.#read((group) => group.kernel.memory.limitMib);
  }

  isFrozen(): boolean {
    return this.#group.kernel.isFrozen;
  }

  readTasks(): TaskReading | undefined {
    return this.#read(({ kernel }) => ({ count: kernel.threads, max: null }));
  }

  /** Its threads are numbers in a model: there is no process to look through. */
  readProcessIds(): readonly number[] | undefined {
    return this.#read(() => []);
  }

  readDiskUse(): readonly DiskUse[] | undefined {
    return this.#read(({ kernel }) => kernel.disks.uses);
  }

  readDiskLimits(): readonly DiskLimit[] | undefined {
    return this.#read(({ kernel }) => kernel.disks.limits);
  }

  writeDiskLimit(limit: DiskLimit): DiskWriteOutcome {
    return this.#group.writeDiskLimit(limit);
  }

  readonly holdsBufferedWrites = true;

  diskRestoreEntry(limit: DiskLimit, direction: DiskDirection): RestoreEntry {
    const bytes = direction === "read" ? limit.readBytesPerSecond : limit.writeBytesPerSecond;
    const folder = `/simulated/io${this.ref.path}`;
    const steps = [{ file: `${folder}/${direction}`, value: `${limit.device} ${bytes ?? "none"}` }];
    return { resource: `disk_${direction}`, inode: this.id, folder, steps };
  }

  diskLimitOfEntry(
    { resource, folder, inode, steps }: RestoreEntry,
    { device, direction }: { readonly device: string; readonly direction: DiskDirection },
  ): number | null | undefined {
    const isOurs = folder === `/simulated/io${this.ref.path}` && inode === this.id;
    const [of, bytes] = steps[0]?.value.split(" ") ?? [];
    if (resource !== `disk_${direction}` || !isOurs || of !== device) return undefined;
    return bytes === "none" ? null : Number(bytes);
  }

  writeCpuLimit(limit: CpuLimit): CpuWriteOutcome {
    return this.#group.writeCpuLimit(limit);
  }

  async writeMemMibLimit(memMib: number | null): Promise<MemWriteOutcome> {
    return this.#group.writeMemMibLimit(memMib);
  }

  watchLimits(onWrite: (resource: ComputeResource) => void): { cancel(): void } {
    return this.#group.watchLimits(onWrite);
  }

  watchMemoryPressure(onPressure: () => void): { cancel(): void } | undefined {
    return this.#group.watchMemoryPressure(onPressure);
  }

  restoreEntries({ cpu, memMib }: ContainerLimits): readonly RestoreEntry[] {
    const entries: RestoreEntry[] = [];
    if (cpu !== undefined) entries.push(this.#entryOf("cpu", this.folder, cpuSteps(cpu)));
    if (memMib !== undefined)
      entries.push(this.#entryOf("mem", this.#memFolder, { [memoryFile]: memMib ?? noLimit }));
    return entries;
  }

  #entryOf(
    resource: ComputeResource,
    folder: string,
    values: Readonly<Record<string, number>>,
  ): RestoreEntry {
    const steps = Object.entries(values).map(([file, value]) => ({
      file: `${folder}/${file}`,
      value: String(value),
    }));
    return { resource, inode: this.id, folder, steps };
  }

  limitsOfEntries(entries: readonly RestoreEntry[]): ContainerLimits {
    const own = entries.filter((entry) => entry.inode === this.id).flatMap((entry) => entry.steps);
    const written = (folder: string, file: string): number | undefined => {
      const step = own.find((one) => one.file === `${folder}/${file}`);
      return step === undefined ? undefined : Number(step.value);
    };
    const memMib = written(this.#memFolder, memoryFile);
    return {
      cpu: cpuLimitOf((file) => written(this.folder, file)),
      memMib: memMib === noLimit ? null : memMib,
    };
  }

  close(): void {}

  #read<T>(reading: (group: HostedGroup) => T): T | undefined {
    return this.#group.isReadable() ? reading(this.#group) : undefined;
  }
}

const waitOf = ({ memory }: HostedGroup["kernel"]): MemoryWaitReading => ({
  isOn: memory.isWaitOn,
  isWaiting: memory.isWaiting,
  hasGroupsInside: memory.hasGroupsInside,
});

const usPerSecond = 1_000_000;

const noLimit = -1;
/** The restore list knows a memory limit by it, as with the kernel's own. */
const memoryFile = "memory.limit";

function cpuSteps(limit: CpuLimit): Readonly<Record<string, number>> {
  const { quotaUs, burstUs, periodUs, cpuShares } = toKernelValues(limit);
  return { burst: burstUs, period: periodUs, quota: quotaUs ?? noLimit, shares: cpuShares };
}

function cpuLimitOf(written: (file: string) => number | undefined): CpuLimit | undefined {
  const quota = written("quota");
  const burstUs = written("burst");
  const periodUs = written("period");
  const cpuShares = written("shares");
  if (quota === undefined || burstUs === undefined) return undefined;
  if (periodUs === undefined || cpuShares === undefined) return undefined;
  const quotaUs = quota === noLimit ? undefined : quota;
  return fromKernelValues({ quotaUs, burstUs, periodUs, cpuShares });
}
