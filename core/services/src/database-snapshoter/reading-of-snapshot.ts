import {
  type HistoryMetric,
  type HistoryReading,
  historyMetrics,
  type StructureSnapshot,
  type StructureState,
} from "@sc/domain";

/** One row per structure, one column per metric; what is not known is NaN, never zero. */
export function readingOfSnapshot({ stamp, structures }: StructureSnapshot): HistoryReading {
  const values = new Float64Array(structures.length * historyMetrics.length);
  let cell = 0;
  for (const structure of structures) {
    for (const { name } of historyMetrics) {
      values[cell] = metricOf[name](structure) ?? Number.NaN;
      cell += 1;
    }
  }
  return { stamp, structures: structures.map(({ name }) => name), values };
}

const metricOf: Readonly<Record<HistoryMetric, (state: StructureState) => number | undefined>> = {
  cpuUsedCoreSeconds: ({ cpuUsedSeconds }) => cpuUsedSeconds,
  cpuAllocatedCoreSeconds: ({ accounting }) => accounting.cpu.allocated,
  cpuReservedCoreSeconds: ({ accounting }) => accounting.cpu.reserved,
  cpuThrottledSeconds: ({ throttledSeconds }) => throttledSeconds,
  cpuLimitShares: ({ resources }) => limitValue(resources.cpu.current),
  memUsedMib: ({ resources }) => resources.mem.used,
  memLimitMib: ({ resources }) => limitValue(resources.mem.current),
  memUsedMibSeconds: ({ accounting }) => accounting.mem.used,
  memAllocatedMibSeconds: ({ accounting }) => accounting.mem.allocated,
  memReservedMibSeconds: ({ accounting }) => accounting.mem.reserved,
};

const limitValue = (limit: number | null | undefined): number | undefined =>
  limit === null ? Infinity : limit;
