import {
  burstInflow,
  type Demand,
  type Inflow,
  onOffInflow,
  poissonRequests,
  Random,
  rampInflow,
  recordedInflow,
  stepInflow,
} from "@sc/simulation";
import type { TraceSeries } from "../traces/series.ts";

/** What a container is asked to do, before chance deals it out. */
export interface CpuLoad {
  readonly name: string;
  readonly seconds: number;
  /** Requests of 10 ms that are expected up to a moment: one a second is one share. */
  readonly requests: Inflow;
  /** Of the rate, step by step: the highest. */
  readonly mostShares: number;
}

/** A request takes so long on one core; also where a trace tells shares and not requests. */
const requestCoreSeconds = 0.01;

/** The same load again from the same seed; another seed deals it out otherwise. */
export const demandOf = (load: CpuLoad, seed: number): Demand =>
  poissonRequests({
    random: new Random(`${seed}/arrivals`),
    requests: load.requests,
    coreSeconds: requestCoreSeconds,
    threads: Math.max(4, Math.ceil((load.mostShares / 100) * 2)),
  });

export const loadOfTrace = (series: TraceSeries): CpuLoad => ({
  name: series.trace,
  seconds: series.values.length * series.stepSeconds,
  requests: recordedInflow(series),
  mostShares: series.values.reduce((most, value) => Math.max(most, value), 0),
});

const generatedSeconds = 1800;
const generated = (name: string, requests: Inflow, mostShares: number): CpuLoad => ({
  name,
  seconds: generatedSeconds,
  requests,
  mostShares,
});

/** Loads that nobody had to measure; what each does stands in docs/operating/simulating.md. */
export const generatedCpuLoads: readonly CpuLoad[] = [
  generated("step", stepInflow({ rate: 50, toRate: 250, atSeconds: 900 }), 250),
  generated("ramp", rampInflow({ rate: 20, toRate: 300, fromSeconds: 400, toSeconds: 1600 }), 300),
  generated(
    "on-off",
    onOffInflow({ onRate: 200, offRate: 10, onSeconds: 20, offSeconds: 40 }),
    200,
  ),
  generated("start-up", burstInflow({ burstRate: 300, burstSeconds: 15, rate: 40 }), 300),
  generated("poisson", stepInflow({ rate: 160, toRate: 160, atSeconds: 0 }), 160),
];
