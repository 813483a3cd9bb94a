/**
 * What was used, and for how long: seconds by size, where what is long ago counts less. Buckets grow by
 * 5 %, so any size is known to 5 % in a few hundred numbers, however long was watched (as in the
 * recommender of Kubernetes' vertical autoscaler).
 */
export interface DecayingHistogram {
  /** Seconds in each bucket, decayed; as many as the largest size seen needs. */
  readonly weights: readonly number[];
}

const growth = 1.05;
/** The first bucket ends here: a share, a MiB. */
const firstSize = 1;
/** 1.05^700 shares are more than any host has. */
const bucketsMost = 700;
/** Less than so many seconds are nothing. */
const leastSeconds = 1e-3;

export const emptyHistogram: DecayingHistogram = { weights: [] };

const bucketOf = (size: number): number =>
  size <= firstSize
    ? 0
    : Math.min(Math.ceil(Math.log(size / firstSize) / Math.log(growth)), bucketsMost - 1);

/** The upper edge: an estimate errs towards more. */
const sizeOf = (bucket: number): number => firstSize * growth ** bucket;

/** So long of so much, after all from before has faded by as long. */
export function withTime(
  { weights }: DecayingHistogram,
  { size, seconds }: { readonly size: number; readonly seconds: number },
  halfLifeSeconds: number,
): DecayingHistogram {
  const fade = 0.5 ** (seconds / halfLifeSeconds);
  const into = bucketOf(size);
  const length = Math.max(weights.length, into + 1);
  return {
    weights: Array.from({ length }, (_, bucket) => {
      const faded = (weights[bucket] ?? 0) * fade;
      return bucket === into ? faded + seconds : faded;
    }),
  };
}

/** The size that so many percent of the time did not exceed; 0 of nothing. */
export function percentileOf({ weights }: DecayingHistogram, percent: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total < leastSeconds) return 0;
  const wanted = (total * percent) / 100;
  let sum = 0;
  let highest = 0;
  for (const [bucket, weight] of weights.entries()) {
    if (weight < leastSeconds) continue;
    sum += weight;
    highest = bucket;
    // Sums of many small parts miss their total by rounding.
    if (sum >= wanted - leastSeconds) return sizeOf(bucket);
  }
  return sizeOf(highest);
}
