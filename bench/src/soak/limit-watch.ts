import { type FSWatcher, watch } from "node:fs";
import type { ComputeResource } from "@sc/contracts";
import { cpuFileNames, memFileName, type SoakContainer } from "./soak-container.ts";

/** A write(2) on one of a container's limits, whoever made it. */
export interface LimitWrite<Container = SoakContainer> {
  readonly container: Container;
  readonly resource: ComputeResource;
  readonly file: string;
  readonly before: string | undefined;
  readonly value: string;
  /** Unix milliseconds at which it was heard of. */
  readonly at: number;
  /**
   * The period was written a moment before: on cgroup v1 another period takes two writes of the quota, one
   * that takes it off and one that sets it, and the first may be heard of after the second was made.
   */
  readonly isBesidePeriod?: boolean;
}

/** Burst and period may be written twice in one change: what a change must alter is one of these. */
const watchedFiles: ReadonlySet<string> = new Set(["cpu.cfs_quota_us", "cpu.shares", memFileName]);

const periodFile = "cpu.cfs_period_us";
/** All writes of one change are heard of together. */
const besidePeriodMs = 50;

/** Hears from the kernel, not from the server, of every write on a limit. */
export class LimitWatch {
  readonly #onWrite: (write: LimitWrite) => void;
  readonly #watchers = new Map<SoakContainer, readonly FSWatcher[]>();

  constructor(onWrite: (write: LimitWrite) => void) {
    this.#onWrite = onWrite;
  }

  add(container: SoakContainer): void {
    this.remove(container);
    this.#watchers.set(container, [
      this.#watch(container, "cpu", cpuFileNames),
      this.#watch(container, "mem", [memFileName]),
    ]);
  }

  #watch(container: SoakContainer, resource: ComputeResource, files: readonly string[]): FSWatcher {
    const known = new Map(Object.entries(container.limit(resource) ?? {}));
    let periodWrittenAt = Number.NEGATIVE_INFINITY;
    const watcher = watch(container.folder(resource), (_event, file) => {
      if (file === periodFile) periodWrittenAt = Date.now();
      if (file === null || !files.includes(file) || !watchedFiles.has(file)) return;
      const value = container.limit(resource)?.[file];
      // It was removed.
      if (value === undefined) return;
      const before = known.get(file);
      known.set(file, value);
      if (container.isOwnWrite(file, value)) return;
      const at = Date.now();
      const isBesidePeriod = at - periodWrittenAt < besidePeriodMs;
      this.#onWrite({ container, resource, file, before, value, at, isBesidePeriod });
    });
    watcher.on("error", () => watcher.close());
    return watcher;
  }

  remove(container: SoakContainer): void {
    for (const watcher of this.#watchers.get(container) ?? []) watcher.close();
    this.#watchers.delete(container);
  }

  close(): void {
    for (const container of [...this.#watchers.keys()]) this.remove(container);
  }
}
