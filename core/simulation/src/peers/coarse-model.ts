/**
 * The coarse model in which the published controllers were first compared: a fluid backlog, period
 * by period.
 *
 *     served    = min(backlog + arrivals, limit × 0.1 s)
 *     throttled = something is left
 *     delay     = what is left ÷ limit
 *
 * No burst, no refill at a write, no sensing or actuation delay, at most 16 cores, the first 5 min
 * are skipped. It flatters whoever writes often and is here for one purpose: to show that our peers
 * are those of the published figures, before the kernel model compares them.
 */

import type { Random } from "../demand/random.ts";
import type { Peer, PeerOracle, PeerReading, PeerRun, PeerWish } from "./peer.ts";

const periodSeconds = 0.1;
const periodsOfSecond = 10;
const mostShares = 1600;
/** 10 millicores: the kernel's least quota. */
const leastShares = 1;
const skippedPeriods = 300 * periodsOfSecond;
/** Under it a backlog is rounding. */
const noBacklog = 1e-9;

export interface CoarseFigures {
  readonly utilization: number;
  readonly throttledRatio: number;
  readonly p99BacklogMs: number;
  readonly changesPerMinute: number;
}

export type RequestSizes = "exponential" | "fixed";

/** Share-seconds that each period asks for: requests of 10 ms, each or in the mean. */
export function drawArrivals(
  rates: ArrayLike<number>,
  random: Random,
  sizes: RequestSizes = "exponential",
): Float64Array {
  const arrivals = new Float64Array(rates.length * periodsOfSecond);
  for (let period = 0; period < arrivals.length; period += 1) {
    const rate = rates[Math.floor(period / periodsOfSecond)] ?? 0;
    const requests = random.poisson(rate * periodSeconds);
    // 10 ms of a core are one share for a second.
    arrivals[period] = sizes === "fixed" ? requests : sumOfDraws(requests, random);
  }
  return arrivals;
}

function sumOfDraws(requests: number, random: Random): number {
  let asked = 0;
  for (let request = 0; request < requests; request += 1) asked += random.exponential(1);
  return asked;
}

export function runCoarse(peer: Peer, arrivals: Float64Array): CoarseFigures {
  const oracle = oracleOf(arrivals);
  const run = peer.begin({ limit: mostShares, min: leastShares, max: mostShares, oracle });
  const container = new CoarseContainer(run, Math.round(peer.sampleSeconds * periodsOfSecond));
  const counted = Math.max(arrivals.length - skippedPeriods, 1);
  const delays = new Float64Array(counted);
  for (let period = 0; period < arrivals.length; period += 1) {
    if (period === skippedPeriods) container.forget();
    const delay = container.serve(arrivals[period] ?? 0);
    if (period >= skippedPeriods) delays[period - skippedPeriods] = delay;
  }
  delays.sort();
  return {
    utilization: container.served / container.allocated,
    throttledRatio: container.throttled / counted,
    p99BacklogMs: 1000 * (delays[Math.floor(0.99 * counted)] ?? 0),
    changesPerMinute: container.changes / ((counted * periodSeconds) / 60),
  };
}

function oracleOf(arrivals: Float64Array): PeerOracle {
  let sum = 0;
  let peakSecond = 0;
  let second = 0;
  for (let period = 0; period < arrivals.length; period += 1) {
    const asked = arrivals[period] ?? 0;
    sum += asked;
    second = period % periodsOfSecond === 0 ? asked : second + asked;
    peakSecond = Math.max(peakSecond, second);
  }
  const demandAt = (seconds: number) =>
    (arrivals[Math.round(seconds * periodsOfSecond)] ?? 0) / periodSeconds;
  return { meanDemand: sum / (arrivals.length * periodSeconds), peakSecond, demandAt };
}

class CoarseContainer {
  served = 0;
  allocated = 0;
  throttled = 0;
  changes = 0;
  readonly #run: PeerRun;
  readonly #periodsOfSample: number;
  /** One for all readings: a run has hundreds of thousands. */
  readonly #reading: { -readonly [Key in keyof PeerReading]: PeerReading[Key] };
  #limit = mostShares;
  #backlog = 0;
  #period = 0;
  #servedInSample = 0;

  constructor(run: PeerRun, periodsOfSample: number) {
    this.#run = run;
    this.#periodsOfSample = periodsOfSample;
    this.#reading = {
      seconds: 0,
      windowSeconds: periodsOfSample * periodSeconds,
      used: 0,
      periods: periodsOfSample,
      throttledPeriods: 0,
      limit: mostShares,
    };
  }

  /** What was counted so far was the beginning. */
  forget(): void {
    this.served = 0;
    this.allocated = 0;
    this.throttled = 0;
    this.changes = 0;
  }

  /** One period; answers how long what is left of it waits. */
  serve(asked: number): number {
    const granted = this.#limit * periodSeconds;
    const waiting = this.#backlog + asked;
    const served = Math.min(waiting, granted);
    this.#backlog = waiting - served;
    const isThrottled = this.#backlog > noBacklog;
    const delay = this.#backlog / this.#limit;
    this.served += served;
    this.allocated += granted;
    this.throttled += isThrottled ? 1 : 0;
    this.#reading.throttledPeriods += isThrottled ? 1 : 0;
    this.#servedInSample += served;
    this.#period += 1;
    if (this.#period % this.#periodsOfSample === 0) this.#sample();
    return delay;
  }

  #sample(): void {
    const reading = this.#reading;
    reading.seconds = this.#period / periodsOfSecond;
    reading.used = this.#servedInSample / reading.windowSeconds;
    reading.limit = this.#limit;
    this.#apply(this.#run.step(reading));
    reading.throttledPeriods = 0;
    this.#servedInSample = 0;
  }

  #apply(wish: PeerWish | undefined): void {
    if (wish === undefined || wish.limit === this.#limit) return;
    this.#limit = Math.min(wish.limit, mostShares);
    this.changes += 1;
  }
}
