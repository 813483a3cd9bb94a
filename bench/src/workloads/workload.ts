import type { RealContainer } from "@sc/lxc/testing";
import type { LoadGroup } from "./load-group.ts";

/** A program as people run it in a container, and a load on it that repeats from a seed. */
export interface Workload {
  readonly name: string;
  /** What runs, and what is asked of it. */
  readonly about: string;
  /** Paths of the machine that are bound into its container, read-only, beside the libraries. */
  readonly binds: readonly string[];
  /** Further files that must be there. */
  readonly needs: readonly string[];
  /** A program of Node for `container.spawn`. */
  readonly program?: string;
  /** Once, in the container that runs: up to where it can be loaded. */
  prepare(stage: Stage, signal: AbortSignal): Promise<void>;
  /** Loads it once, to the end of all that was asked of it. */
  run(stage: Stage, load: Load): Promise<readonly Done[]>;
}

export interface Stage {
  readonly container: RealContainer;
  /** Where the load is made: outside of the group under test. */
  readonly group: LoadGroup;
}

export interface Load {
  /** Passes first, in all arms alike: a policy has its start behind it when it counts. */
  readonly warmUpSeconds: number;
  /** Then comes what counts, for so long, or for about so long where it does not come on time. */
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** From here on it counts. */
  begin(): Promise<void>;
}

/** One thing that was asked for and done; Unix milliseconds. */
export interface Done {
  /** When it was due, whether or not anybody was ready to ask for it. */
  readonly dueMs: number;
  readonly endMs: number;
}
