/**
 * How often a property of generated worlds is tried. `PROPERTY_RUNS=20 npm test -- invariants` tries
 * each twenty times as often; `PROPERTY_SEED` takes a seed that a failure printed.
 */
export function propertyRuns(numRuns: number): {
  readonly numRuns: number;
  readonly seed?: number;
} {
  const { PROPERTY_RUNS: times = "1", PROPERTY_SEED: seed } = process.env;
  return {
    numRuns: Math.max(1, Math.round(numRuns * Number(times))),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}
