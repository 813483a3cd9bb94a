import type { StructureName } from "../structure/structure-name.ts";
import type { WallSeconds } from "../units/time.ts";

/** One reading of many structures: a row per structure, a column per entry of `historyMetrics`. */
export interface HistoryReading {
  readonly stamp: WallSeconds;
  readonly structures: readonly StructureName[];
  /** Row after row; NaN = not known. */
  readonly values: Float64Array;
}

export interface UsageHistoryQuestion {
  readonly structure: StructureName;
  readonly from: WallSeconds;
  /** Not included. */
  readonly to: WallSeconds;
  /** Length of one step, seconds, > 0; never finer than what was kept. */
  readonly stepSeconds: number;
}

/** Of one resource over time, a value per step: means in the resource's unit; NaN = not known. */
export interface ResourceHistory {
  readonly used: Float64Array;
  /** The highest reading within the step; of cpu the highest mean between two readings. */
  readonly usedMax: Float64Array;
  /** The limit at the end of the step; +Infinity = none. */
  readonly limit: Float64Array;
  readonly allocated: Float64Array;
  readonly reserved: Float64Array;
}

/** Integrals over all that is known of the asked time: share-seconds ÷ 100 of cpu, MiB-seconds. */
export interface ResourceSums {
  readonly used: number;
  readonly allocated: number;
  readonly reserved: number;
}

export interface UsageHistory {
  readonly structure: StructureName;
  /** What the steps became: at least as long as asked, a multiple of what was kept. */
  readonly stepSeconds: number;
  /**
   * Unix seconds at which each step begins, rising, counted from the beginning of the question; steps
   * nothing is known of are left out.
   */
  readonly stamps: Float64Array;
  readonly cpu: ResourceHistory;
  readonly mem: ResourceHistory;
  /** Share of the step for which the container was throttled, 0 to 1. */
  readonly throttledRatio: Float64Array;
  readonly sums: {
    /** Seconds that were summed; gaps over which all counters went on are in it, other gaps are not. */
    readonly seconds: number;
    readonly cpu: ResourceSums;
    readonly mem: ResourceSums;
    readonly throttledSeconds: number;
  };
}
