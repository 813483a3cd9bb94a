/**
 * How often a property of generated worlds is tried. Every change is judged by the same worlds, for a test
 * that fails by chance is soon believed no more. `PROPERTY_RUNS=20 npm test -- invariants` tries twenty
 * times as many, others each time; `PROPERTY_SEED` takes a seed that a failure printed.
 */
export function propertyRuns(numRuns: number): {
  readonly numRuns: number;
  readonly seed?: number;
} {
  const { PROPERTY_RUNS: times, PROPERTY_SEED: seed } = process.env;
  const tried = Math.max(1, Math.round(numRuns * Number(times ?? 1)));
  if (seed !== undefined) return { numRuns: tried, seed: Number(seed) };
  return times === undefined ? { numRuns: tried, seed: sameSeed } : { numRuns: tried };
}

const sameSeed = 1;
