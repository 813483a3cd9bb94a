/**
 * Google Autopilot's window recommender (EuroSys '20, from the paper's text): usage of seconds,
 * gathered for 5 min into a histogram; older windows weigh less, by half each 12 h (memory 48 h).
 *
 *     cpu  serving: 95th percentile of the load-weighted histogram · batch: the weighted mean
 *     mem  98th percentile of the windows' peaks (little tolerance of kills), the highest of 24 h
 *          (least tolerance), or the greater of the 60th and half the highest (between)
 *
 * Then 10 to 15 % more, less for big limits, and the highest recommendation of the last hour.
 *
 * Assumed, for the paper leaves it open: 400 buckets spaced evenly in ratio from 1/10 000 of max
 * to max; the margin falls from 15 % at no limit to 10 % at max; N = 288 windows for the highest; a
 * killed container needed at least its limit. Its windows are its sensing delay, and setting a
 * limit is charged as nothing.
 */

import {
  clampToBand,
  type Peer,
  type PeerReading,
  type PeerStart,
  type PeerWish,
  wishFor,
} from "./peer.ts";
import { RecentSamples } from "./recent-samples.ts";

const windowSeconds = 300;
const buckets = 400;
const spanOfBuckets = 10_000;
const windowsOfHighest = 288;
const windowsOfHour = 12;
const leastMargin = 0.1;
const mostMargin = 0.15;

export type AutopilotClass = "serving" | "batch";
export type KillTolerance = "low" | "minimal" | "intermediate";

export function autopilotCpu(jobClass: AutopilotClass = "serving"): Peer {
  const name = jobClass === "serving" ? "autopilot" : "autopilot-batch";
  return autopilot({
    name,
    resource: "cpu",
    halfLifeSeconds: 12 * 3600,
    statistic: (windows) => (jobClass === "serving" ? windows.percentile(0.95) : windows.mean()),
  });
}

export function autopilotMem(tolerance: KillTolerance = "low"): Peer {
  return autopilot({
    name: tolerance === "low" ? "autopilot" : `autopilot-${tolerance}`,
    resource: "mem",
    halfLifeSeconds: 48 * 3600,
    statistic: (windows) => {
      if (tolerance === "low") return windows.percentile(0.98);
      if (tolerance === "minimal") return windows.highest();
      return Math.max(windows.percentile(0.6), windows.highest() / 2);
    },
  });
}

/** What is known of the windows so far. */
export class UsageWindows {
  readonly #edges: Float64Array;
  readonly #open = new Float64Array(buckets);
  readonly #closed = new Float64Array(buckets);
  readonly #highest = new RecentSamples(windowsOfHighest);
  readonly #decay: number;
  #weightedMeans = 0;
  #weights = 0;

  constructor(max: number, halfLifeSeconds: number) {
    const growth = spanOfBuckets ** (1 / (buckets - 1));
    this.#edges = Float64Array.from(
      { length: buckets },
      (_, bucket) => max * growth ** (bucket + 1 - buckets),
    );
    this.#decay = 2 ** (-windowSeconds / halfLifeSeconds);
  }

  add(used: number): void {
    const bucket = this.#bucketOf(used);
    this.#open[bucket] = (this.#open[bucket] ?? 0) + 1;
  }

  /** Ends the open window: what came before it weighs less from now on. */
  close(): void {
    let count = 0;
    let load = 0;
    let highest = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const samples = this.#open[bucket] ?? 0;
      const edge = this.#edges[bucket] ?? 0;
      if (samples > 0) highest = edge;
      count += samples;
      load += edge * samples;
      this.#closed[bucket] = (this.#closed[bucket] ?? 0) * this.#decay + samples;
    }
    this.#open.fill(0);
    if (count === 0) return;
    this.#highest.push(highest);
    this.#weightedMeans = this.#weightedMeans * this.#decay + load / count;
    this.#weights = this.#weights * this.#decay + 1;
  }

  mean(): number {
    return this.#weights === 0 ? 0 : this.#weightedMeans / this.#weights;
  }

  highest(): number {
    return this.#highest.max();
  }

  /** Of the load, not of the time: a sample counts as often as its height. */
  percentile(fraction: number): number {
    let total = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) total += this.#loadOf(bucket);
    let sum = 0;
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      sum += this.#loadOf(bucket);
      if (sum > 0 && sum >= fraction * total) return this.#edges[bucket] ?? 0;
    }
    return 0;
  }

  #loadOf(bucket: number): number {
    return (this.#edges[bucket] ?? 0) * (this.#closed[bucket] ?? 0);
  }

  /** The first whose edge is not under the usage. */
  #bucketOf(used: number): number {
    let low = 0;
    let high = buckets - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edges[middle] ?? 0) < used) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Recommender {
  readonly name: string;
  readonly resource: Peer["resource"];
  readonly halfLifeSeconds: number;
  statistic(windows: UsageWindows): number;
}

function autopilot(recommender: Recommender): Peer {
  return {
    name: recommender.name,
    resource: recommender.resource,
    sampleSeconds: 1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => new AutopilotRun(recommender, start),
  };
}

class AutopilotRun {
  readonly #recommender: Recommender;
  readonly #start: PeerStart;
  readonly #windows: UsageWindows;
  readonly #hour = new RecentSamples(windowsOfHour);
  #closesAt = windowSeconds;
  #peak = 0;

  constructor(recommender: Recommender, start: PeerStart) {
    this.#recommender = recommender;
    this.#start = start;
    this.#windows = new UsageWindows(start.max, recommender.halfLifeSeconds);
  }

  step(reading: PeerReading): PeerWish | undefined {
    this.#take(reading);
    if (reading.seconds < this.#closesAt) return undefined;
    this.#closesAt += windowSeconds;
    // Of memory only the window's peak enters.
    if (this.#recommender.resource === "mem") this.#windows.add(this.#peak);
    this.#peak = 0;
    this.#windows.close();
    this.#hour.push(this.#withMargin(this.#recommender.statistic(this.#windows)));
    return wishFor(clampToBand(this.#hour.max(), this.#start), reading.limit);
  }

  #take({ used, limit, isKilled }: PeerReading): void {
    if (this.#recommender.resource === "cpu") this.#windows.add(used);
    else this.#peak = Math.max(this.#peak, isKilled === true ? limit : used);
  }

  #withMargin(amount: number): number {
    const smallness = 1 - Math.min(amount / this.#start.max, 1);
    return amount * (1 + leastMargin + (mostMargin - leastMargin) * smallness);
  }
}
