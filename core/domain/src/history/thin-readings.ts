import { countResets } from "./counter-differences.ts";
import { type FlatRun, flattenRun } from "./flat-run.ts";
import { historyMetrics } from "./history-metrics.ts";
import { numberAt } from "./number-at.ts";
import { type UsageReadings, type UsageRun, usageColumns } from "./usage-readings.ts";

/**
 * One reading for all of each `resolutionSeconds`, at the time of the last of them. The last one before a
 * counter begins anew stays too: without it, what was counted since the reading before would be lost.
 */
export function thinReadings(run: UsageRun, resolutionSeconds: number): UsageReadings {
  const flat = flattenRun(run);
  const ends = bucketEnds(flat, resolutionSeconds);
  const columns = usageColumns((metric, index) => {
    const ofMany = historyMetrics[index]?.ofMany ?? "last";
    return ends.map((end, bucket) => {
      const begin = bucket === 0 ? 0 : numberAt(ends, bucket - 1) + 1;
      return pick(flat.columns[metric], begin, end, ofMany);
    });
  });
  return { resolutionSeconds, stamps: ends.map((end) => numberAt(flat.stamps, end)), columns };
}

/** All readings of a run as one part. */
export function joinReadings(run: UsageRun, resolutionSeconds: number): UsageReadings {
  const { stamps, columns } = flattenRun(run);
  return { resolutionSeconds, stamps, columns };
}

/** Index of the last reading of each bucket. */
function bucketEnds(flat: FlatRun, resolutionSeconds: number): Float64Array {
  const { stamps } = flat;
  const resets = countResets(flat);
  const bucketOf = (index: number): number =>
    Math.floor(numberAt(stamps, index) / resolutionSeconds);
  const ends: number[] = [];
  for (let index = 0; index < stamps.length; index += 1) {
    const isLast = index === stamps.length - 1;
    if (isLast || bucketOf(index) !== bucketOf(index + 1) || resets[index] !== resets[index + 1])
      ends.push(index);
  }
  return Float64Array.from(ends);
}

/** The last value that is known, or the highest; NaN = none is known. */
function pick(
  values: Float64Array,
  begin: number,
  end: number,
  ofMany: "last" | "highest",
): number {
  let picked = Number.NaN;
  for (let index = begin; index <= end; index += 1) {
    const value = numberAt(values, index);
    if (Number.isNaN(value)) continue;
    picked = ofMany === "highest" && picked > value ? picked : value;
  }
  return picked;
}
