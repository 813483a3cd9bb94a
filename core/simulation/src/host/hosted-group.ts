import type { ComputeResource, ContainerId, CoreId, CpuLimit } from "@sc/domain";
import type {
  CpuWriteOutcome,
  DiskLimit,
  DiskWriteOutcome,
  MemWriteOutcome,
  Timers,
  WriteRefusal,
} from "@sc/ports";
import type { KernelGroup } from "../kernel/kernel-group.ts";
import type { Memory } from "../kernel/memory.ts";
import type { MemoryProgramRun } from "../kernel/memory-program-run.ts";
import { writeCpuLimit } from "../kernel/write-cpu-limit.ts";

/** What a group needs of its host. */
export interface HostedGroupDeps {
  /** Brings the machine up to the present moment, and says when that is. */
  readonly catchUp: () => number;
  readonly timers: Timers;
  /** Of the host, ascending. */
  readonly cores: readonly CoreId[];
}

/** A group of the simulated kernel together with the faults that a test gave it. */
export class HostedGroup {
  readonly kernel: KernelGroup;
  readonly id: ContainerId;
  /** While set, every reading is missing. */
  isUnreadable = false;
  /** The next writes to one of its files are refused, each with the first of these. */
  readonly refusals: WriteRefusal[] = [];
  readonly #deps: HostedGroupDeps;
  readonly #watchers = new Set<(resource: ComputeResource) => void>();
  readonly #pressureWatchers = new Set<(nothing: undefined) => void>();

  constructor(deps: HostedGroupDeps, kernel: KernelGroup) {
    this.#deps = deps;
    this.kernel = kernel;
    // Identities are opaque text; only here does one come into being.
    this.id = String(kernel.inode) as ContainerId;
  }

  get hostCores(): readonly CoreId[] {
    return this.#deps.cores;
  }

  isReadable(): boolean {
    this.#deps.catchUp();
    return !this.kernel.isGone && !this.isUnreadable;
  }

  writeCpuLimit(limit: CpuLimit): CpuWriteOutcome {
    const nowUs = this.#deps.catchUp();
    if (this.kernel.isGone) return { kind: "gone" };
    if (this.isUnreadable) return { kind: "refused", refusal: unread, limit: undefined, writes: 0 };
    const refusalOf = (): WriteRefusal | undefined => this.refusals.shift();
    const outcome = writeCpuLimit(this.kernel, { limit, nowUs, refusalOf });
    const hasWritten =
      outcome.kind === "applied" || (outcome.kind === "refused" && outcome.writes > 0);
    if (hasWritten) this.#tell(this.#watchers, "cpu" as const);
    return outcome;
  }

  writeMemMibLimit(memMib: number | null): MemWriteOutcome {
    this.#deps.catchUp();
    const { memory, isGone } = this.kernel;
    if (isGone) return { kind: "gone" };
    if (memory.limitMib === memMib) return { kind: "unchanged", memMib };
    // As the real group does: looked at before the kernel is asked, whose no costs the page cache.
    if (memMib !== null && memMib < memory.usedMib) {
      const text = `${memory.usedMib} MiB are in use`;
      return { kind: "refused", refusal: { code: "memory-in-use", text } };
    }
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return { kind: "refused", refusal };
    this.#tellOfWaits(() => memory.setLimit(memMib));
    this.#tell(this.#watchers, "mem" as const);
    return { kind: "applied", memMib };
  }

  writeDiskLimit(limit: DiskLimit): DiskWriteOutcome {
    const { disks, isGone } = this.kernel;
    if (isGone) return { kind: "gone" };
    const before = disks.limitOf(limit.device);
    const isSame =
      before.readBytesPerSecond === limit.readBytesPerSecond &&
      before.writeBytesPerSecond === limit.writeBytesPerSecond;
    if (isSame) return { kind: "unchanged", limit: before };
    if (!/^\d+:\d+$/.test(limit.device)) {
      const text = `${JSON.stringify(limit.device)} is no number of a device`;
      return { kind: "refused", refusal: { code: "invalid", text } };
    }
    disks.setLimit(limit);
    return { kind: "applied", limit };
  }

  /** The programs of the group now use so much memory, or wait for it. */
  useMemory(memMib: number): void {
    this.#tellOfWaits((memory) => memory.use(memMib));
  }

  /** A program of the group goes on for so long. */
  stepMemory(program: MemoryProgramRun, seconds: number): void {
    this.#tellOfWaits(() => program.step(seconds));
  }

  cacheMemory(memMib: number): void {
    this.#tellOfWaits((memory) => memory.cache(memMib));
  }

  #tellOfWaits(run: (memory: Memory) => void): void {
    const { memory } = this.kernel;
    const before = memory.waits;
    run(memory);
    if (memory.waits > before) this.#tell(this.#pressureWatchers, undefined);
  }

  /** Told only where the limit brakes. */
  watchMemoryPressure(onPressure: () => void): { cancel(): void } | undefined {
    if (!this.kernel.memory.isBraked) return undefined;
    const watcher = (): void => onPressure();
    this.#pressureWatchers.add(watcher);
    return { cancel: () => void this.#pressureWatchers.delete(watcher) };
  }

  watchLimits(onWrite: (resource: ComputeResource) => void): { cancel(): void } {
    // A function of its own, so that one callback may watch twice.
    const watcher = (resource: ComputeResource): void => onWrite(resource);
    this.#watchers.add(watcher);
    return { cancel: () => void this.#watchers.delete(watcher) };
  }

  /** Word of it comes after it, as the kernel's does. */
  #tell<T>(watchers: ReadonlySet<(what: T) => void>, what: T): void {
    for (const watcher of watchers) {
      this.#deps.timers.after(0, () => {
        if (watchers.has(watcher)) watcher(what);
      });
    }
  }
}

const unread: WriteRefusal = { code: "io", text: "the limit could not be read" };
