/** The mean of what was used of late, and how much it varies from second to second. */
export interface RecentUse {
  readonly seconds: number;
  /** In the resource's unit. */
  readonly mean: number;
  /** Of what is used within one second; of a shorter sample it is a multiple (below). */
  readonly variance: number;
}

/** Readings of so long ago count a third of the newest, in seconds. */
const memorySeconds = 5;

export const nothingUsedYet: RecentUse = { seconds: 0, mean: 0, variance: 0 };

/** Exponentially weighted; until it has seen enough, the plain mean of all. */
export function withUse(
  before: RecentUse,
  { used, seconds }: { readonly used: number; readonly seconds: number },
): RecentUse {
  const total = before.seconds + seconds;
  const weight = Math.max(1 - Math.exp(-seconds / memorySeconds), seconds / total);
  const deviation = used - before.mean;
  return {
    seconds: total,
    mean: before.mean + weight * deviation,
    // Samples of arrivals are independent, so their variance falls with their length.
    variance: (1 - weight) * (before.variance + weight * deviation * deviation * seconds),
  };
}

/** The standard deviation of the mean over a sample of `seconds`. */
export const deviationOf = ({ variance }: RecentUse, seconds: number): number =>
  Math.sqrt(variance / seconds);
