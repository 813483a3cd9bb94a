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

/** As fine as a sample of ours; finer moments change nothing that it could tell. */
const cellSeconds = 0.1;

/**
 * Requests that know nothing of each other, at a rate that may change. They are dealt out on a grid of
 * their own, each at the begin of its cell: however time is cut, the same requests come.
 */
export function poissonRequests(options: PoissonRequests): Demand {
  const { random, requests, coreSeconds = 0.01, sizes = "fixed", threads = 4 } = options;
  let cell: number | undefined;
  let expectedBefore = 0;
  const dueInNextCell = (next: number): number => {
    const expected = requests((next + 1) * cellSeconds);
    const mean = expected - expectedBefore;
    expectedBefore = expected;
    // Of an even rate each cell has the same mean to the last bit, so its draw is prepared once.
    const count = random.poisson(Math.round(mean * roundedTo) / roundedTo);
    return sizes === "fixed" ? count * coreSeconds : sumOf(random, count, coreSeconds);
  };
  return {
    threads,
    dueCoreSeconds: ({ fromSeconds, toSeconds }) => {
      if (cell === undefined) {
        cell = cellAt(fromSeconds);
        expectedBefore = requests(cell * cellSeconds);
      }
      let due = 0;
      for (const end = cellAt(toSeconds); cell < end; cell += 1) due += dueInNextCell(cell);
      return due;
    },
  };
}

/** The first cell that begins then or later; the slack keeps rounding from moving one. */
const cellAt = (seconds: number): number => Math.ceil(seconds / cellSeconds - 1e-6);

const roundedTo = 1e9;

function sumOf(random: Random, count: number, mean: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) sum += random.exponential(mean);
  return sum;
}
