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
  readonly amounts: readonly number[];
}

export const noOutsideUse: OutsideUse = { amounts: [] };

export const withOutsideReading = (use: OutsideUse, amount: number): OutsideUse => ({
  amounts: [...use.amounts.slice(1 - readingsKept), Math.max(0, amount)],
});

/** `undefined` before the first reading. */
export function outsideUse({ amounts }: OutsideUse): number | undefined {
  if (amounts.length === 0) return undefined;
  const sorted = [...amounts].sort((a, b) => a - b);
  const rank = amounts.length < readingsForQuantile ? 0.5 : quantile;
  return sorted[Math.ceil(sorted.length * rank) - 1];
}
