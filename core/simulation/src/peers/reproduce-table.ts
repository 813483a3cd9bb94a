/**
 * Our peers in the coarse model, beside what was published of them. The published figures are of
 * one seed; ours are the median of several, each with its lowest and highest, so that luck shows.
 */

import { Random } from "../demand/random.ts";
import { type CoarseFigures, drawArrivals, type RequestSizes, runCoarse } from "./coarse-model.ts";
import type { PublishedFigures, PublishedRow, PublishedTrace } from "./published-table.ts";

export interface ReproducedRow {
  readonly policy: string;
  readonly trace: PublishedTrace;
  readonly ours: CoarseFigures;
  readonly lowest: CoarseFigures;
  readonly highest: CoarseFigures;
  readonly published: PublishedFigures;
}

export interface Reproduction {
  readonly rows: readonly PublishedRow[];
  readonly trace: PublishedTrace;
  /** Requests of each second. */
  readonly rates: ArrayLike<number>;
  readonly seeds: readonly number[];
}

export function reproduceTable({ rows, trace, rates, seeds }: Reproduction): ReproducedRow[] {
  const draw = (sizes: RequestSizes) =>
    seeds.map((seed) => drawArrivals(rates, new Random(`${seed}/${trace}`), sizes));
  const arrivals = { exponential: draw("exponential"), fixed: draw("fixed") };
  return rows.map(({ policy, peer, sizes, figures }) => {
    const runs = arrivals[sizes].map((drawn) => runCoarse(peer, drawn));
    return {
      policy,
      trace,
      ours: ofAll(runs, 0.5),
      lowest: ofAll(runs, 0),
      highest: ofAll(runs, 1),
      published: figures[trace],
    };
  });
}

function ofAll(runs: readonly CoarseFigures[], fraction: number): CoarseFigures {
  const at = (read: (figures: CoarseFigures) => number): number => {
    const sorted = runs.map(read).toSorted((a, b) => a - b);
    return sorted[Math.floor(fraction * (sorted.length - 1))] ?? Number.NaN;
  };
  return {
    utilization: at((figures) => figures.utilization),
    throttledRatio: at((figures) => figures.throttledRatio),
    p99BacklogMs: at((figures) => figures.p99BacklogMs),
    changesPerMinute: at((figures) => figures.changesPerMinute),
  };
}
