import type { ByRate, RateResource } from "@sc/domain";
import type { ControlGroup, RestoreEntry, WriteRefusal } from "./cgroup.ts";
import type { DataDisk } from "./data-disks.ts";
import type { FoundContainer } from "./finder.ts";

/** Disk and network of the containers of this host. */
export interface RateControls {
  /** Of one container, whatever it has of the three; that may change while it runs. */
  open(container: FoundContainer, group: ControlGroup): RateControl;
}

/** How fast one container may read and write its disk, and use its network, each way alike. */
export interface RateControl {
  /**
   * MiB of the disk and Mbit of the network that went through since some time before, per resource that
   * it has and that could be read. Costs a few reads of files, and never blocks.
   */
  readTotals(): ByRate<number>;
  /** In the resource's unit, `null` = no limit; absent: it has none of it, or it could not be read. */
  readLimits(): Promise<ByRate<number | null>>;
  /** Makes it the limit, by as little writing as possible, and reads back. */
  write(resource: RateResource, amount: number | null): Promise<RateWriteOutcome>;
  /** What holds of a limit and what does not, where that is less than its name says. */
  readonly caveats: ByRate<string>;
  /** The disk that its data lies on, once it was looked up. */
  readonly disk?: DataDisk | undefined;
  /** What puts limits back with nothing but a shell. */
  restoreEntries(limits: ByRate<number | null>): readonly RestoreEntry[];
  /** What the entries would put back: the inverse, for those an earlier process left. */
  limitsOfEntries(entries: readonly RestoreEntry[]): ByRate<number | null>;
  close(): void;
}

export type RateWriteOutcome =
  | { readonly kind: "applied" | "unchanged"; readonly amount: number | null }
  | { readonly kind: "refused"; readonly refusal: WriteRefusal }
  | { readonly kind: "gone" };
