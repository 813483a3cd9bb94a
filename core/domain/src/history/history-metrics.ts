/**
 * What the history keeps of every structure at every reading. Integrals are kept as counters that only
 * grow, so that a mean over any time is a difference of two readings and stays exact over gaps; a gauge
 * is what it was at the reading. Missing is NaN, never zero.
 */
export const historyMetrics = [
  /** Core-seconds used, as the kernel counts them since the group was made. */
  { name: "cpuUsedCoreSeconds", kind: "counter" },
  /** Core-seconds allocated and reserved, what each write added included. */
  { name: "cpuAllocatedCoreSeconds", kind: "counter" },
  { name: "cpuReservedCoreSeconds", kind: "counter" },
  /** Seconds throttled, as the kernel counts them. */
  { name: "cpuThrottledSeconds", kind: "counter" },
  /** Shares; +Infinity = no limit. */
  { name: "cpuLimitShares", kind: "gauge" },
  /** MiB in use that cannot be reclaimed. */
  { name: "memUsedMib", kind: "gauge" },
  /** MiB; +Infinity = no limit. */
  { name: "memLimitMib", kind: "gauge" },
  { name: "memUsedMibSeconds", kind: "counter" },
  { name: "memAllocatedMibSeconds", kind: "counter" },
  { name: "memReservedMibSeconds", kind: "counter" },
] as const satisfies readonly HistoryMetricSpec[];

export type HistoryMetric = (typeof historyMetrics)[number]["name"];

export interface HistoryMetricSpec {
  readonly name: string;
  /** `counter`: only grows, but for a container that is another one now. `gauge`: any value. */
  readonly kind: "counter" | "gauge";
}
