/**
 * What the history keeps of every structure at every reading. Integrals are kept as counters that only
 * grow, so that a mean over any time is a difference of two readings and stays exact over gaps; a gauge
 * is what it was at the reading. Missing is NaN, never zero. `ofMany` says what one reading keeps that
 * takes the place of several, when history grows old.
 */
export const historyMetrics = [
  /** Core-seconds used, as the kernel counts them since the group was made. */
  { name: "cpuUsedCoreSeconds", kind: "counter", ofMany: "last" },
  /** Core-seconds allocated and reserved, what each write added included. */
  { name: "cpuAllocatedCoreSeconds", kind: "counter", ofMany: "last" },
  { name: "cpuReservedCoreSeconds", kind: "counter", ofMany: "last" },
  /** Seconds throttled, as the kernel counts them. */
  { name: "cpuThrottledSeconds", kind: "counter", ofMany: "last" },
  /** Shares; +Infinity = no limit. */
  { name: "cpuLimitShares", kind: "gauge", ofMany: "last" },
  /** MiB in use that cannot be reclaimed. */
  { name: "memUsedMib", kind: "gauge", ofMany: "highest" },
  /** MiB; +Infinity = no limit. */
  { name: "memLimitMib", kind: "gauge", ofMany: "last" },
  { name: "memUsedMibSeconds", kind: "counter", ofMany: "last" },
  { name: "memAllocatedMibSeconds", kind: "counter", ofMany: "last" },
  { name: "memReservedMibSeconds", kind: "counter", ofMany: "last" },
] as const satisfies readonly HistoryMetricSpec[];

export type HistoryMetric = (typeof historyMetrics)[number]["name"];

export interface HistoryMetricSpec {
  readonly name: string;
  /** `counter`: only grows, but for a container that is another one now. `gauge`: any value. */
  readonly kind: "counter" | "gauge";
  readonly ofMany: "last" | "highest";
}
