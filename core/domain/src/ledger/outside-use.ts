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
  /** The same, smallest first: sorting them each second was most of what a quiet host cost. */
  readonly sorted: readonly number[];
}

export const noOutsideUse: OutsideUse = { amounts: [], sorted: [] };

export function withOutsideReading(use: OutsideUse, amount: number): OutsideUse {
  const taken = Math.max(0, amount);
  const amounts = use.amounts.slice(1 - readingsKept);
  const sorted = use.sorted.slice();
  const [oldest] = use.amounts;
  const isFull = use.amounts.length >= readingsKept;
  if (isFull && oldest !== undefined) sorted.splice(placeOf(oldest, sorted), 1);
  amounts.push(taken);
  sorted.splice(placeOf(taken, sorted), 0, taken);
  return { amounts, sorted };
}

/** Of the first that is not smaller. */
function placeOf(amount: number, sorted: readonly number[]): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) < amount) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** `undefined` before the first reading. */
export function outsideUse({ amounts, sorted }: OutsideUse): number | undefined {
  const rank = amounts.length < readingsForQuantile ? 0.5 : quantile;
  return sorted[Math.ceil(sorted.length * rank) - 1];
}
