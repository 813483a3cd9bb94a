/** One reading of something that should stay what it is. */
export interface Reading {
  /** Seconds from any beginning. */
  readonly at: number;
  readonly value: number;
}

/** Enough for a slope that three odd ones among them do not turn. */
const windows = 12;

/**
 * By how many percent something grew from the first reading to the last. A collector lets memory
 * swing by more than a leak adds in an hour, so single readings say nothing: the time is cut into
 * windows, each stands for its median, and the slope is the median of the slopes between all pairs of
 * windows (Theil and Sen), which a third of them cannot turn. NaN where there are too few readings.
 */
export function growthPercent(readings: readonly Reading[]): number {
  const medians = windowMedians(readings);
  const slopes: number[] = [];
  for (const [index, from] of medians.entries()) {
    for (const to of medians.slice(index + 1)) {
      slopes.push((to.value - from.value) / (to.at - from.at));
    }
  }
  const slope = median(slopes);
  const begin = median(medians.map(({ at, value }) => value - slope * (at - startOf(readings))));
  return (slope * (endOf(readings) - startOf(readings)) * 100) / begin;
}

function windowMedians(readings: readonly Reading[]): readonly Reading[] {
  const begin = startOf(readings);
  const width = (endOf(readings) - begin) / windows;
  return Array.from({ length: windows }, (_, index) => {
    const from = begin + index * width;
    const isLast = index === windows - 1;
    const inside = readings.filter(({ at }) => at >= from && (at < from + width || isLast));
    return { at: from + width / 2, value: median(inside.map(({ value }) => value)) };
  }).filter(({ value }) => !Number.isNaN(value));
}

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const startOf = (readings: readonly Reading[]): number => readings[0]?.at ?? Number.NaN;
const endOf = (readings: readonly Reading[]): number => readings.at(-1)?.at ?? Number.NaN;
