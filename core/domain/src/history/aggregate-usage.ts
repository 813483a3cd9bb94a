/*
 * What was used and allowed, in steps and in sums, of readings as they were kept. Every difference of
 * a counter is spread evenly over the time between its readings and cut where a step, or the asked time,
 * begins or ends; so sums do not depend on the steps, and the means of the steps, weighted by the time
 * they know of, are the sums. A gap counts for sums (`counter-differences.ts`) and for steps that are
 * as long as it; shorter steps within it are left out, as nobody knows when it was used.
 */
import { coreSecondsToShares } from "../units/cpu.ts";
import { countResets, eachDifference } from "./counter-differences.ts";
import { type FlatRun, flattenRun } from "./flat-run.ts";
import type { HistoryMetric } from "./history-metrics.ts";
import { Steps } from "./steps.ts";
import type { UsageHistory, UsageHistoryQuestion } from "./usage-history.ts";
import type { UsageRun } from "./usage-readings.ts";

/**
 * Of all runs, the one that was read first comes first. The readings next to the asked time, on both
 * sides, belong to what is needed: the time up to them is cut out of their difference.
 */
export function aggregateUsage(
  question: UsageHistoryQuestion,
  runs: readonly UsageRun[],
): UsageHistory {
  const { structure, from, to } = question;
  const flatRuns = runs.map(flattenRun);
  const stepSeconds = stepOf(question, flatRuns);
  const steps = new Steps(flatRuns, { from, to, stepSeconds });
  const resets = flatRuns.map(countResets);
  const counter = (metric: HistoryMetric) => spreadCounter({ flatRuns, resets, steps }, metric);
  const gauge = (metric: HistoryMetric, pick: Pick) => gaugeOf(flatRuns, steps, metric, pick);
  const cpuUsed = counter("cpuUsedCoreSeconds");
  const cpuAllocated = counter("cpuAllocatedCoreSeconds");
  const cpuReserved = counter("cpuReservedCoreSeconds");
  const throttled = counter("cpuThrottledSeconds");
  const memUsed = counter("memUsedMibSeconds");
  const memAllocated = counter("memAllocatedMibSeconds");
  const memReserved = counter("memReservedMibSeconds");
  const all = [cpuUsed, cpuAllocated, cpuReserved, throttled, memUsed, memAllocated, memReserved];
  return {
    structure,
    stepSeconds,
    stamps: steps.stamps(),
    cpu: {
      used: cpuUsed.means.map(toShares),
      usedMax: cpuUsed.highest.map(toShares),
      limit: gauge("cpuLimitShares", "last"),
      allocated: cpuAllocated.means.map(toShares),
      reserved: cpuReserved.means.map(toShares),
    },
    mem: {
      used: memUsed.means,
      usedMax: gauge("memUsedMib", "highest"),
      limit: gauge("memLimitMib", "last"),
      allocated: memAllocated.means,
      reserved: memReserved.means,
    },
    throttledRatio: throttled.means.map((ratio) => Math.min(1, ratio)),
    sums: {
      seconds: Math.max(...all.map(({ seconds }) => seconds)),
      cpu: { used: cpuUsed.sum, allocated: cpuAllocated.sum, reserved: cpuReserved.sum },
      mem: { used: memUsed.sum, allocated: memAllocated.sum, reserved: memReserved.sum },
      throttledSeconds: throttled.sum,
    },
  };
}

const toShares = (cores: number): number => coreSecondsToShares(cores, 1);

/** At least as long as asked, and a multiple of the longest period there is in the asked time. */
function stepOf({ from, to, stepSeconds }: UsageHistoryQuestion, runs: readonly FlatRun[]): number {
  let period = 0;
  for (const { stamps, periods } of runs) {
    for (let index = 0; index < stamps.length; index += 1) {
      const stamp = stamps[index] ?? 0;
      if (stamp >= from && stamp < to) period = Math.max(period, periods[index] ?? 0);
    }
  }
  // A step that was a multiple must not grow by a rounding.
  const periods = Math.max(1, Math.ceil(stepSeconds / period - 1e-9));
  return period === 0 ? stepSeconds : periods * period;
}

interface SpreadCounter {
  /** Per second, of the time that is known; NaN = none is. */
  readonly means: Float64Array;
  /** The highest mean between two readings. */
  readonly highest: Float64Array;
  readonly sum: number;
  /** How much time the sum knows of. */
  readonly seconds: number;
}

function spreadCounter(
  known: {
    readonly flatRuns: readonly FlatRun[];
    readonly resets: readonly Uint32Array[];
    readonly steps: Steps;
  },
  metric: HistoryMetric,
): SpreadCounter {
  const { flatRuns, resets, steps } = known;
  const { from, to, stepSeconds } = steps.time;
  const amounts = new Float64Array(steps.length);
  const times = new Float64Array(steps.length);
  const highest = new Float64Array(steps.length).fill(Number.NaN);
  let sum = 0;
  let sumSeconds = 0;
  let rate = 0;
  const addToStep = (index: number, seconds: number): void => {
    amounts[index] = (amounts[index] ?? 0) + rate * seconds;
    times[index] = (times[index] ?? 0) + seconds;
    if (!((highest[index] ?? 0) >= rate)) highest[index] = rate;
  };
  flatRuns.forEach((run, index) => {
    const asked = { from, to, resets: resets[index] ?? new Uint32Array() };
    eachDifference(run, run.columns[metric], asked, ({ begin, end, amount, isGap }) => {
      rate = amount / (end - begin);
      const seconds = Math.min(end, to) - Math.max(begin, from);
      if (seconds <= 0) return;
      sum += rate * seconds;
      sumSeconds += seconds;
      if (!isGap || end - begin <= stepSeconds) steps.eachOverlap(begin, end, addToStep);
    });
  });
  const means = amounts.map((amount, index) => amount / (times[index] ?? 0));
  return { means, highest, sum, seconds: sumSeconds };
}

type Pick = "last" | "highest";

/** The last reading of each step that knows the gauge, or the highest. */
function gaugeOf(
  runs: readonly FlatRun[],
  steps: Steps,
  metric: HistoryMetric,
  pick: Pick,
): Float64Array {
  const { from, to } = steps.time;
  const values = new Float64Array(steps.length).fill(Number.NaN);
  for (const { stamps, columns } of runs) {
    const gauge = columns[metric];
    for (let index = 0; index < stamps.length; index += 1) {
      const stamp = stamps[index] ?? 0;
      const value = gauge[index] ?? Number.NaN;
      if (stamp < from || stamp >= to || Number.isNaN(value)) continue;
      const step = steps.indexAt(stamp);
      if (pick === "last" || !((values[step] ?? 0) >= value)) values[step] = value;
    }
  }
  return values;
}
