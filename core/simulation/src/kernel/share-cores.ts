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
  const given = claims.map(({ wanted }) => wanted);
  const greedyLast = claims
    .map(({ wanted, weight }, index) => ({ wanted, weight, index, perWeight: wanted / weight }))
    .sort((a, b) => a.perWeight - b.perWeight);
  let left = capacity;
  let weightLeft = claims.reduce((sum, { weight }) => sum + weight, 0);
  for (const { wanted, weight, index } of greedyLast) {
    const part = (left * weight) / weightLeft;
    const gets = Math.min(wanted, part);
    given[index] = gets;
    left -= gets;
    weightLeft -= weight;
  }
  return given;
}
