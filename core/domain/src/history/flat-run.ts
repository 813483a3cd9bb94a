import { numberAt } from "./number-at.ts";
import { type UsageColumns, type UsageRun, usageColumns } from "./usage-readings.ts";

/** A run as one series, with what is told by the readings' distance. */
export interface FlatRun {
  readonly stamps: Float64Array;
  readonly columns: UsageColumns;
  /** How far apart the readings are, as a rule, where this one is; seconds. */
  readonly periods: Float64Array;
}

/** A period that is longer is no period but a gap: readings come at least once a minute. */
const periodSecondsMax = 60;

/**
 * Joins the parts of a run. A reading that is not later than the one before it is passed over: parts
 * may overlap, and counters say the same in both.
 */
export function flattenRun(run: UsageRun): FlatRun {
  const parts = run.filter(({ stamps }) => stamps.length > 0).toSorted(byBeginning);
  const length = parts.reduce((sum, { stamps }) => sum + stamps.length, 0);
  const stamps = new Float64Array(length);
  const periods = new Float64Array(length);
  const columns = usageColumns(() => new Float64Array(length));
  const targets = Object.values(columns);
  let count = 0;
  for (const part of parts) {
    const from = firstAfter(part.stamps, count === 0 ? -Infinity : numberAt(stamps, count - 1));
    const kept = part.stamps.subarray(from);
    stamps.set(kept, count);
    periods.fill(periodOf(part.resolutionSeconds, part.stamps), count, count + kept.length);
    Object.values(usageColumns((metric) => part.columns[metric])).forEach((column, index) => {
      targets[index]?.set(column.subarray(from), count);
    });
    count += kept.length;
  }
  return {
    stamps: stamps.subarray(0, count),
    periods: periods.subarray(0, count),
    columns: usageColumns((metric) => columns[metric].subarray(0, count)),
  };
}

/** Readings that are further apart than so many of their periods have a gap between them. */
const gapPeriods = 3;

/** Whether more is between two readings than one or two that were lost. */
export function isGap({ stamps, periods }: FlatRun, first: number, second: number): boolean {
  const period = Math.max(numberAt(periods, first), numberAt(periods, second));
  return numberAt(stamps, second) - numberAt(stamps, first) > gapPeriods * period;
}

const byBeginning = (a: UsageRun[number], b: UsageRun[number]): number =>
  numberAt(a.stamps, 0) - numberAt(b.stamps, 0);

/** Index of the first stamp after `stamp`; stamps rise. */
export function firstAfter(stamps: Float64Array, stamp: number): number {
  let low = 0;
  let high = stamps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberAt(stamps, middle) > stamp) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The usual distance, in whole seconds: the median, which a lost reading does not move. */
function periodOf(resolutionSeconds: number, stamps: Float64Array): number {
  if (stamps.length < 2 || isMostlyAt(resolutionSeconds, stamps)) return resolutionSeconds;
  const gaps = new Float64Array(stamps.length - 1);
  for (let index = 1; index < stamps.length; index += 1)
    gaps[index - 1] = numberAt(stamps, index) - numberAt(stamps, index - 1);
  const median = gaps.sort()[Math.floor(gaps.length / 2)] ?? 0;
  return Math.max(resolutionSeconds, Math.min(periodSecondsMax, Math.round(median)));
}

/** Whether more than half of the distances are this long when rounded, or less: so is the median, then. */
function isMostlyAt(resolutionSeconds: number, stamps: Float64Array): boolean {
  let count = 0;
  for (let index = 1; index < stamps.length; index += 1)
    if (numberAt(stamps, index) - numberAt(stamps, index - 1) < resolutionSeconds + 0.5) count += 1;
  return count > stamps.length / 2;
}
