import type { Demand } from "./demand.ts";
import type { Inflow } from "./inflow.ts";
import type { Random } from "./random.ts";

/** Work that comes in evenly, without chance: what is due is due in arbitrarily small pieces. */
export const flowing = (coreSeconds: Inflow, threads: number): Demand => ({
  threads,
  dueCoreSeconds: ({ fromSeconds, toSeconds }) =>
    Math.max(0, coreSeconds(toSeconds) - coreSeconds(fromSeconds)),
});

export interface PoissonRequests {
  readonly random: Random;
  /** How many are expected up to a moment. */
  readonly requests: Inflow;
  /** Of one request, or their mean. Default 0.01. */
  readonly coreSeconds?: number;
  /** Default `fixed`. */
  readonly sizes?: "fixed" | "exponential";
  /** How many are worked at together at most. Default 4. */
  readonly threads?: number;
}

/**
 * Requests that know nothing of each other, at a rate that may change. They fall on the begin of the
 * stretch that they come in: no finer moment can be told by the samples.
 */
export function poissonRequests(options: PoissonRequests): Demand {
  const { random, requests, coreSeconds = 0.01, sizes = "fixed", threads = 4 } = options;
  let expectedBefore: number | undefined;
  return {
    threads,
    dueCoreSeconds: ({ fromSeconds, toSeconds }) => {
      const expected = requests(toSeconds);
      const mean = expected - (expectedBefore ?? requests(fromSeconds));
      expectedBefore = expected;
      // Of an even rate each stretch has the same mean to the last bit, so its draw is prepared once.
      const count = random.poisson(Math.round(mean * roundedTo) / roundedTo);
      return sizes === "fixed" ? count * coreSeconds : sumOf(random, count, coreSeconds);
    },
  };
}

const roundedTo = 1e9;

function sumOf(random: Random, count: number, mean: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += random.exponential(mean);
  return sum;
}
