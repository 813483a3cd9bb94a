/*
 * What was used and allowed, in steps and in sums, of readings as they were kept. Every difference of
 * a counter is spread evenly over the time between its readings and cut where a step, or the asked time,
 * begins or ends; so sums do not depend on the steps, and the means of the steps, weighted by the time
 * they know of, are the sums. A gap counts for sums (`counter-differences.ts`) and for steps that are
 * as long as it; shorter steps within it are left out, as nobody knows when it was used.
 */
import { coreSecondsToShares } from "../units/cpu.ts";
import { countResets, type Difference, eachDifference } from "./counter-differences.ts";
import { type FlatRun, flattenRun } from "./flat-run.ts";
import type { HistoryMetric } from "./history-metrics.ts";
import { numberAt } from "./number-at.ts";
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
  const known = flatRuns.map((run) => ({
    run,
    resets: countResets(run),
    places: steps.placesOf(run.stamps),
  }));
  const counter = (metric: HistoryMetric) => spreadCounter(known, steps, metric);
  const gauge = (metric: HistoryMetric, pick: Pick) => gaugeOf(known, steps, metric, pick);
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
    stamps: steps.stamps,
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
      const stamp = numberAt(stamps, index);
      if (stamp >= from && stamp < to) period = Math.max(period, numberAt(periods, index));
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

interface KnownRun {
  readonly run: FlatRun;
  readonly resets: Uint32Array;
  /** Which step each reading is in. */
  readonly places: Int32Array;
}

function spreadCounter(
  known: readonly KnownRun[],
  steps: Steps,
  metric: HistoryMetric,
): SpreadCounter {
  const { from, to } = steps.time;
  const spread = new Spread(steps);
  for (const { run, resets, places } of known) {
    eachDifference(run, run.columns[metric], { from, to, resets }, (difference) =>
      spread.add(difference, places),
    );
  }
  return spread.result();
}

/** Takes the differences of one counter apart, by steps. A class, as it is the innermost loop. */
class Spread {
  readonly #steps: Steps;
  readonly #amounts: Float64Array;
  readonly #times: Float64Array;
  readonly #highest: Float64Array;
  #sum = 0;
  #seconds = 0;

  constructor(steps: Steps) {
    this.#steps = steps;
    this.#amounts = new Float64Array(steps.length);
    this.#times = new Float64Array(steps.length);
    this.#highest = new Float64Array(steps.length).fill(Number.NaN);
  }

  add(difference: Difference, places: Int32Array): void {
    const { begin, end, amount, isGap } = difference;
    const { from, to, stepSeconds } = this.#steps.time;
    const rate = amount / (end - begin);
    const seconds = Math.min(end, to) - Math.max(begin, from);
    if (seconds <= 0) return;
    this.#sum += rate * seconds;
    this.#seconds += seconds;
    if (isGap && end - begin > stepSeconds) return;
    const first = numberAt(places, difference.first);
    const second = numberAt(places, difference.second);
    if (first >= 0 && second === first) {
      this.#addToStep(first, end - begin, rate);
    } else if (first >= 0 && second === first + 1) {
      const cut = numberAt(this.#steps.stamps, second);
      this.#addToStep(first, cut - begin, rate);
      if (end > cut) this.#addToStep(second, end - cut, rate);
    } else {
      this.#steps.eachOverlap(begin, end, (step, part) => this.#addToStep(step, part, rate));
    }
  }

  result(): SpreadCounter {
    const times = this.#times;
    const means = this.#amounts;
    for (let index = 0; index < means.length; index += 1)
      means[index] = numberAt(means, index) / numberAt(times, index);
    return { means, highest: this.#highest, sum: this.#sum, seconds: this.#seconds };
  }

  #addToStep(index: number, seconds: number, rate: number): void {
    this.#amounts[index] = numberAt(this.#amounts, index) + rate * seconds;
    this.#times[index] = numberAt(this.#times, index) + seconds;
    if (!(numberAt(this.#highest, index) >= rate)) this.#highest[index] = rate;
  }
}

type Pick = "last" | "highest";

/** The last reading of each step that knows the gauge, or the highest. */
function gaugeOf(
  known: readonly KnownRun[],
  steps: Steps,
  metric: HistoryMetric,
  pick: Pick,
): Float64Array {
  const values = new Float64Array(steps.length).fill(Number.NaN);
  for (const { run, places } of known) {
    const gauge = run.columns[metric];
    for (let index = 0; index < gauge.length; index += 1) {
      const value = numberAt(gauge, index);
      const step = numberAt(places, index);
      if (step < 0 || Number.isNaN(value)) continue;
      if (pick === "last" || !(numberAt(values, step) >= value)) values[step] = value;
    }
  }
  return values;
}
