import { type HistoryMetric, historyMetrics } from "./history-metrics.ts";

/** A value per reading, for every metric. */
export type UsageColumns = Readonly<Record<HistoryMetric, Float64Array>>;

/** Readings of one structure in the order of time. */
export interface UsageReadings {
  /** How far apart they were kept at least. */
  readonly resolutionSeconds: number;
  /** Unix seconds, rising. */
  readonly stamps: Float64Array;
  readonly columns: UsageColumns;
}

/**
 * What was read between two steps back of the clock: within a run stamps rise, however often they were
 * thinned out. Of two runs the same hour may be known twice, as it was lived twice.
 */
export type UsageRun = readonly UsageReadings[];

/** Columns of as many readings, each made by `make`. */
export function usageColumns(make: (metric: HistoryMetric, index: number) => Float64Array) {
  const entries = historyMetrics.map(({ name }, index) => [name, make(name, index)] as const);
  return Object.fromEntries(entries) as UsageColumns;
}
