/**
 * The mean of what was used of late, and how much it varies.
 *
 * One memory must be long to tell the mean from chance, and short to follow a load that changes. So there
 * are two: the long one is believed until the short one is so far off that chance does not explain it;
 * then what was before counts no longer.
 */
export interface RecentUse {
  /** Seconds the mean is made of, in all. */
  readonly seconds: number;
  /** In the resource's unit. */
  readonly mean: number;
  /** The mean of the short memory. */
  readonly newest: number;
  /** Around the mean, of what is used within one second; of a shorter sample it is a multiple (below). */
  readonly variance: number;
  /** The same from each sample to the next: a load that moves as a whole is not in it. */
  readonly noise: number;
  readonly last: number | undefined;
}

/** Readings of so long ago count a third of the newest, in seconds. */
const longMemory = 5;
const shortMemory = 0.5;
/** So many deviations of the short mean from the long one are another load, not chance. */
const changeDeviations = 4;
/** Less than one unit is no change worth to notice. */
const leastChange = 1;

export const nothingUsedYet: RecentUse = {
  seconds: 0,
  mean: 0,
  newest: 0,
  variance: 0,
  noise: 0,
  last: undefined,
};

/** Exponentially weighted; until it has seen enough, the plain mean of all. */
export function withUse(
  before: RecentUse,
  { used, seconds }: { readonly used: number; readonly seconds: number },
): RecentUse {
  const total = before.seconds + seconds;
  const deviation = used - before.mean;
  const weight = weightOf(seconds, longMemory, total);
  const mean = before.mean + weight * deviation;
  const newest = before.newest + weightOf(seconds, shortMemory, total) * (used - before.newest);
  // Samples of arrivals are independent, so their variance falls with their length.
  const variance = (1 - weight) * (before.variance + weight * deviation * deviation * seconds);
  const step = used - (before.last ?? used);
  // The difference of two independent samples varies twice as much as each.
  const noise = before.noise + weight * ((step * step * seconds) / 2 - before.noise);
  const use = { seconds: total, mean, newest, variance, noise, last: used };
  return isAnotherLoad(use) ? { ...use, seconds: shortMemory, mean: newest } : use;
}

/** The variance of an exponentially weighted mean is that of a sample twice as long as its memory. */
const isAnotherLoad = ({ mean, newest, noise }: RecentUse): boolean =>
  Math.abs(newest - mean) >
  Math.max(changeDeviations * Math.sqrt(noise / (2 * shortMemory)), leastChange);

const weightOf = (seconds: number, memory: number, total: number): number =>
  Math.max(1 - Math.exp(-seconds / memory), seconds / total);

/** The standard deviation of the mean over a sample of `seconds`. */
export const deviationOf = ({ variance }: RecentUse, seconds: number): number =>
  Math.sqrt(variance / seconds);
