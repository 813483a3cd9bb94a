/** Readings kept, one a second: ten minutes. */
const readingsKept = 600;
const quantile = 0.95;
/** With fewer the 95th percentile is their maximum, and a start is always busy: then the median. */
const readingsForQuantile = 20;

/**
 * What the host uses outside the containers in auto: the 95th percentile of ten minutes, so that one
 * quiet second does not give away what the next one needs.
 */
export interface OutsideUse {
  /** Oldest first. */
  readonly shares: readonly number[];
}

export const noOutsideUse: OutsideUse = { shares: [] };

export const withOutsideReading = (use: OutsideUse, shares: number): OutsideUse => ({
  shares: [...use.shares.slice(1 - readingsKept), Math.max(0, shares)],
});

/** `undefined` before the first reading. */
export function outsideShares({ shares }: OutsideUse): number | undefined {
  if (shares.length === 0) return undefined;
  const sorted = [...shares].sort((a, b) => a - b);
  const rank = shares.length < readingsForQuantile ? 0.5 : quantile;
  return sorted[Math.ceil(sorted.length * rank) - 1];
}
