/**
 * The figures to reproduce before anything is compared: of the coarse model on the two request
 * traces of Autothrottle (microsoft/autothrottle, MIT), one seed. The highest second of a seed is a
 * matter of luck, so `static-peak` moves with it by ± 0.025.
 */

import { captain } from "./captain.ts";
import type { CoarseFigures, RequestSizes } from "./coarse-model.ts";
import { escra } from "./escra.ts";
import { staticPeak, staticTwiceMean } from "./fixed-limits.ts";
import { k8sCpu, k8sFast } from "./k8s-usage-peak.ts";
import { koordinatorBurst } from "./koordinator-burst.ts";
import type { Peer } from "./peer.ts";
import { serverlessOriginalCpu } from "./serverless-original.ts";

export type PublishedTrace = "autothrottle-diurnal.txt" | "autothrottle-bursty.txt";
export type PublishedFigures = Omit<CoarseFigures, "changesPerMinute">;

export interface PublishedRow {
  readonly policy: string;
  readonly peer: Peer;
  readonly sizes: RequestSizes;
  readonly figures: Readonly<Record<PublishedTrace, PublishedFigures>>;
}

export const publishedTable: readonly PublishedRow[] = [
  row("static-peak", staticPeak("cpu"), [0.577, 0.035, 13], [0.357, 0.019, 8]),
  row("static-2x-mean", staticTwiceMean("cpu"), [0.512, 0.009, 0], [0.511, 0.19, 43_983]),
  row("captain-0.02", captain(0.02), [0.594, 0.017, 5], [0.536, 0.019, 7]),
  row("captain-0.06", captain(0.06), [0.641, 0.034, 13], [0.59, 0.039, 17]),
  row("captain-0.15", captain(0.15), [0.689, 0.072, 23], [0.641, 0.081, 33]),
  row("k8s-cpu", k8sCpu(), [0.553, 0.008, 0], [0.49, 0.026, 13]),
  row("k8s-fast", k8sFast(), [0.688, 0.07, 23], [0.663, 0.106, 44]),
  row("serverless-containers", serverlessOriginalCpu(), [0.832, 0.35, 96], [0.75, 0.26, 135]),
  row("escra", escra(), [0.856, 0.5, 144], [0.685, 0.27, 144]),
  row(
    "koordinator-burst",
    koordinatorBurst({ isBurstSet: false }),
    [0.375, 0, 0],
    [0.364, 0.012, 2],
  ),
  // The case that the evaluation speaks of: requests that all cost the same.
  {
    ...row("captain-0.06-fixed", captain(), [0.71, 0.027, 7], [0.67, 0.033, 12]),
    sizes: "fixed",
  },
];

type Triple = readonly [utilization: number, throttledRatio: number, p99BacklogMs: number];

function row(policy: string, peer: Peer, diurnal: Triple, bursty: Triple): PublishedRow {
  return {
    policy,
    peer,
    sizes: "exponential",
    figures: {
      "autothrottle-diurnal.txt": figuresOf(diurnal),
      "autothrottle-bursty.txt": figuresOf(bursty),
    },
  };
}

function figuresOf([utilization, throttledRatio, p99BacklogMs]: Triple): PublishedFigures {
  return { utilization, throttledRatio, p99BacklogMs };
}
