/**
 * Koordinator's CPU burst (koordinator at a7a1b76b, Apache-2), re-described: a
 * container that was throttled in the last second gets a fifth more quota, up to three times its
 * base, as long as its node has room.
 *
 *     pool used   < 45 %  idle      throttled → × 1.2, else as it is
 *               45 – 50 %  cooling   as it is
 *                ≥ 50 %    overload  × 0.8
 *
 * It also sets `cfs_burst` to ten times the base; a kernel without its vendor's patch takes no more
 * than the quota, which is what is asked for here.
 * Assumed: the base is the mean demand (its owner's request, from the oracle); the node is idle
 * unless `nodeShares` tells its size, and then the container is alone on it. Its token bucket is
 * off, as published. It reads and writes cgroups: no delays.
 */

import {
  clampToBand,
  isInForce,
  type Peer,
  type PeerReading,
  type PeerStart,
  type PeerWish,
} from "./peer.ts";
import { RecentSamples } from "./recent-samples.ts";

const growth = 1.2;
const cut = 0.8;
const mostOfBase = 3;
const overloadedPool = 0.5;
const coolingPool = 0.45;
/** Five samples of a second; the rule's own bound of 10 s is not reached. */
const poolSamples = 5;

export interface KoordinatorOptions {
  /** Size of the node's share pool; default: big enough to stay idle. */
  readonly nodeShares?: number;
  /** Whether quota may be carried over; default: yes. */
  readonly isBurstSet?: boolean;
}

export function koordinatorBurst(options: KoordinatorOptions = {}): Peer {
  return {
    name: "koordinator-burst",
    resource: "cpu",
    sampleSeconds: 1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => new KoordinatorRun(options, start),
  };
}

class KoordinatorRun {
  readonly #nodeShares: number;
  readonly #isBurstSet: boolean;
  readonly #pool = new RecentSamples(poolSamples);
  readonly #base: number;
  readonly #start: PeerStart;
  #limit: number;

  constructor(options: KoordinatorOptions, start: PeerStart) {
    this.#nodeShares = options.nodeShares ?? Number.POSITIVE_INFINITY;
    this.#isBurstSet = options.isBurstSet ?? true;
    this.#start = start;
    this.#base = clampToBand(start.oracle.meanDemand, start);
    this.#limit = this.#base;
  }

  step({ used, throttledPeriods, limit: inForce }: PeerReading): PeerWish | undefined {
    this.#pool.push(used);
    const scaled = this.#limit * this.#factor(throttledPeriods > 0);
    const bounded = Math.min(Math.max(scaled, this.#base), mostOfBase * this.#base);
    this.#limit = clampToBand(bounded, this.#start);
    if (isInForce(this.#limit, inForce)) return undefined;
    return { limit: this.#limit, burst: this.#isBurstSet ? this.#limit : 0 };
  }

  #factor(wasThrottled: boolean): number {
    const pool = this.#pool.mean() / this.#nodeShares;
    if (pool >= overloadedPool) return cut;
    if (pool >= coolingPool) return 1;
    return wasThrottled ? growth : 1;
  }
}
