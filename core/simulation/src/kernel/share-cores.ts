/** What one group would use of a stretch of time, and how strong its claim is when there is too little. */
export interface CoreClaim {
  readonly wanted: number;
  readonly weight: number;
}

/**
 * Divides `capacity` by weight among those who want more than their part; what one does not want goes
 * to the others. Answers in the order of the claims.
 */
export function shareCores(capacity: number, claims: readonly CoreClaim[]): readonly number[] {
  const given = claims.map(() => 0);
  let left = capacity;
  let open = claims.map((claim, index) => ({ ...claim, index }));
  // Each round satisfies at least one claim for good, or is the last.
  while (open.length > 0) {
    const weightSum = open.reduce((sum, { weight }) => sum + weight, 0);
    const perWeight = left / weightSum;
    const satisfied = open.filter(({ wanted, weight }) => wanted <= perWeight * weight);
    if (satisfied.length === 0) {
      for (const { index, weight } of open) given[index] = perWeight * weight;
      return given;
    }
    for (const { index, wanted } of satisfied) {
      given[index] = wanted;
      left -= wanted;
    }
    open = open.filter((claim) => !satisfied.includes(claim));
  }
  return given;
}
