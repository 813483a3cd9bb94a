/** What one container wants of a resource that is short, and what it has a claim to. */
export interface ShareClaim {
  /** What it would hold if there were enough. */
  readonly wanted: number;
  /** Its owner's band: min is never taken, and shares are in proportion to max, what was paid for. */
  readonly min: number;
  readonly max: number;
  /** Higher first. */
  readonly priority: number;
}

/**
 * Divides a capacity that is too small: everyone has its min, then the higher priority gets what it wants
 * before the lower, and those of one priority the same part of their max (weighted max-min fairness: what
 * one does not want goes to the others). So nobody starves, and nobody gets less for being quiet before.
 * Answers in the order of the claims; never more than wanted, but for the min.
 */
export function fairShares(capacity: number, claims: readonly ShareClaim[]): readonly number[] {
  const shares = claims.map(({ wanted, min }) => Math.min(Math.max(wanted, 0), min));
  let left = capacity - shares.reduce((sum, share) => sum + share, 0);
  const byPriority = Map.groupBy(claims.keys(), (index) => claims[index]?.priority ?? 0);
  const priorities = [...byPriority.keys()].sort((a, b) => b - a);
  for (const priority of priorities) {
    if (left <= 0) break;
    left = fill(left, { claims, shares, indexes: byPriority.get(priority) ?? [] });
  }
  return shares;
}

/** Raises all to the same part of their max, as far as they want; answers what is left. */
function fill(
  capacity: number,
  of: {
    readonly claims: readonly ShareClaim[];
    readonly shares: number[];
    readonly indexes: readonly number[];
  },
): number {
  const { claims, shares } = of;
  // Whoever wants the smallest part of its max is satisfied first.
  const open = of.indexes
    .flatMap((index) => {
      const claim = claims[index];
      return claim === undefined ? [] : [{ index, ...claim, part: claim.wanted / claim.max }];
    })
    .sort((a, b) => a.part - b.part || a.index - b.index);
  let left = capacity + open.reduce((sum, { index }) => sum + (shares[index] ?? 0), 0);
  let weights = open.reduce((sum, { max }) => sum + max, 0);
  for (const { index, wanted, min, max } of open) {
    const share = Math.max(Math.min(wanted, (left * max) / weights), Math.min(wanted, min));
    shares[index] = share;
    left -= share;
    weights -= max;
  }
  return Math.max(left, 0);
}
