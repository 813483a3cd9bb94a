import { type ComputeResource, coreSecondsToShares, type UsageHistory } from "@sc/domain";
import type { ReplaySideView } from "@sc/ports";

/** What the history says of a time, as a replay needs it. */
export interface RecordedLoad {
  /** A mean per step. Steps nothing is known of are left out: what was before and after them meets. */
  readonly used: Float64Array;
  readonly seconds: number;
  /** How it was, but for what no history of usage tells. */
  readonly was: ReplaySideView;
}

export function recordedLoad(history: UsageHistory, resource: ComputeResource): RecordedLoad {
  const { [resource]: recorded, stepSeconds, throttledRatio } = history;
  const used = recorded.used.filter(Number.isFinite).map((value) => Math.max(value, 0));
  const both = recorded.used.map((value, index) =>
    Number.isFinite(value) ? (recorded.allocated[index] ?? Number.NaN) : Number.NaN,
  );
  const usedSum = sumOf(used, stepSeconds, resource);
  const allocatedSum = sumOf(both, stepSeconds, resource);
  const usedOfAllocated = sumOf(
    recorded.used.filter((_, index) => Number.isFinite(both[index])),
    stepSeconds,
    resource,
  );
  return {
    used,
    seconds: used.length * stepSeconds,
    was: {
      used: usedSum,
      allocated: known(allocatedSum),
      utilization: allocatedSum > 0 ? known(usedOfAllocated / allocatedSum) : undefined,
      ...limitsOf(recorded.limit),
      ...(resource === "cpu" && { throttledRatio: meanOf(throttledRatio) }),
    },
  };
}

/** Integrals: core-seconds of cpu, MiB-seconds of mem; NaN when nothing is known. */
function sumOf(values: Float64Array, stepSeconds: number, resource: ComputeResource): number {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return Number.NaN;
  const sum = finite.reduce((all, value) => all + value, 0) * stepSeconds;
  return resource === "cpu" ? sum / coreSecondsToShares(1, 1) : sum;
}

/** Where there was none for a moment, neither a mean nor a peak is a number. */
function limitsOf(limits: Float64Array): Pick<ReplaySideView, "meanLimit" | "peakLimit"> {
  const told = limits.filter((limit) => !Number.isNaN(limit));
  if (told.length === 0) return {};
  const peak = told.reduce((most, limit) => Math.max(most, limit), 0);
  return peak === Number.POSITIVE_INFINITY
    ? { meanLimit: null, peakLimit: null }
    : { meanLimit: meanOf(told), peakLimit: peak };
}

function meanOf(values: Float64Array): number | undefined {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  return finite.reduce((all, value) => all + value, 0) / finite.length;
}

const known = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
