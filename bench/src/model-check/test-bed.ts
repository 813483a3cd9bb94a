import type { CpuLimit } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";

/** What one thread does: all it can, or pieces of work that become due, one after another. */
export type Load =
  | { readonly kind: "hog" }
  | { readonly kind: "jobs"; readonly jobs: readonly Job[] };

export interface Job {
  /** Since the load began. */
  readonly atSeconds: number;
  readonly coreSeconds: number;
}

export interface PlannedGroup {
  readonly limit: CpuLimit;
  readonly load: Load;
}

/** A limit that is written while the load runs. */
export interface PlannedWrite {
  readonly atSeconds: number;
  readonly limit: CpuLimit;
}

export interface LoadedGroup {
  readonly group: ControlGroup;
  /** When each job was done, since the load began; waits for the last one. */
  finishedAtSeconds(): Promise<readonly number[]>;
}

/** Where a case is run: the kernel of this machine, or the model of one. */
export interface TestBed {
  /** Puts a load into groups of their own and begins all together; with `oneCore` they share a single one. */
  begin(
    groups: readonly PlannedGroup[],
    options: { readonly oneCore: boolean },
  ): Promise<readonly LoadedGroup[]>;
  /** Lets time pass, writing on the way what is due, counted from now. */
  pass(
    seconds: number,
    group: ControlGroup | undefined,
    writes: readonly PlannedWrite[],
  ): Promise<void>;
  /** Ends the loads, and takes the groups away. */
  end(): Promise<void>;
}
