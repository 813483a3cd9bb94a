/*
 * What counters say about the time between two readings.
 *
 *     the second is larger                       the difference
 *     it is smaller, no gap between them         the counter began anew: what it has counted since
 *     a gap, all counters went on                the difference: nothing is lost by not looking
 *     a gap, some counter began anew within it   nothing: one counter would know of more time than another
 *     no gap, and the kernel's count went on     nothing: not the container was started again but the server,
 *     where others began anew                    and it counted for less of that time than the kernel did
 *
 * Refused: to leave every gap out. A reading that was lost would then be usage that never was.
 */
import { type FlatRun, firstAfter, isGap } from "./flat-run.ts";
import { historyMetrics } from "./history-metrics.ts";
import { numberAt } from "./number-at.ts";

/** A counter that falls by less than this share did not begin anew: the kernel summed it racily. */
const backslideRatio = 0.01;

export interface Difference {
  /** Which two readings. */
  first: number;
  second: number;
  /** Unix seconds of the two readings. */
  begin: number;
  end: number;
  amount: number;
  /** Longer than what counts as looked at all the time. */
  isGap: boolean;
}

/**
 * Calls `visit` for every two readings of the counter that follow each other and touch the asked time;
 * the object is the same each time. A missing reading is bridged by its neighbours.
 */
export function eachDifference(
  run: FlatRun,
  counter: Float64Array,
  asked: { readonly from: number; readonly to: number; readonly resets: Uint32Array },
  visit: (difference: Difference) => void,
): void {
  const { stamps } = run;
  const difference: Difference = { first: 0, second: 0, begin: 0, end: 0, amount: 0, isGap: false };
  let last = lastKnownBefore(counter, firstAfter(stamps, asked.from));
  let index = nextKnown(counter, last + 1);
  for (; index < counter.length; index = nextKnown(counter, index + 1)) {
    if (last >= 0) {
      difference.begin = numberAt(stamps, last);
      if (difference.begin >= asked.to) return;
      difference.end = numberAt(stamps, index);
      difference.first = last;
      difference.second = index;
      difference.isGap = isGap(run, last, index);
      difference.amount = amountOf(numberAt(counter, last), numberAt(counter, index));
      const isOfOne = asked.resets[last] === asked.resets[index];
      if (isOfOne || isNewContainer(run, difference)) visit(difference);
    }
    last = index;
  }
}

/** All its counters began anew between two readings that have no gap between them. */
function isNewContainer({ columns }: FlatRun, { first, second, isGap }: Difference): boolean {
  const { cpuUsedCoreSeconds: used } = columns;
  const isGoingOn = numberAt(used, second) >= numberAt(used, first) * (1 - backslideRatio);
  return !isGap && !isGoingOn;
}

function amountOf(before: number, now: number): number {
  if (now >= before) return now - before;
  return isAnew(before, now) ? Math.max(0, now) : 0;
}

const isAnew = (before: number, now: number): boolean => now < before * (1 - backslideRatio);

/** Index of the last reading before `end` that knows the counter; -1 = none. */
function lastKnownBefore(counter: Float64Array, end: number): number {
  let index = end - 1;
  while (index >= 0 && !Number.isFinite(counter[index])) index -= 1;
  return index;
}

/** Index of the first reading from `begin` on that knows the counter; its length = none. */
function nextKnown(counter: Float64Array, begin: number): number {
  let index = begin;
  while (index < counter.length && !Number.isFinite(counter[index])) index += 1;
  return index;
}

/** For every reading, how often any counter had begun anew by then. */
export function countResets({ stamps, columns }: FlatRun): Uint32Array {
  const resets = new Uint32Array(stamps.length);
  for (const { name, kind } of historyMetrics) {
    if (kind !== "counter") continue;
    const counter = columns[name];
    let last = Number.NaN;
    for (let index = 0; index < counter.length; index += 1) {
      const value = numberAt(counter, index);
      if (!Number.isFinite(value)) continue;
      if (isAnew(last, value)) resets[index] = 1;
      last = value;
    }
  }
  for (let index = 1; index < resets.length; index += 1)
    resets[index] = numberAt(resets, index) + numberAt(resets, index - 1);
  return resets;
}
