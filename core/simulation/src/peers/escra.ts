/**
 * Escra (gregcusack/ec_gcm at 1bacc8d, no licence: from the description of its rules; ICDCS '22):
 * each CFS period a container reports what it left unused and whether it was throttled, and its
 * quota moves at once, out of a pool that the containers of an application share.
 *
 * The rules in their order, the first that matches wins: back from silence, beyond the pool and
 * over the fair share, throttled under the fair share, throttled, a fifth left unused, 5 ms unused.
 *
 * Assumed: the pool is the container's max, shared with three others that are idle (a fair share
 * of a quarter: with it the published figures come out); a container that used nothing does not
 * report. Its patched kernel pushes reports at the period's end: no delays.
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

/** 30 ms of a 100 ms period. */
const sliceShares = 30;
/** 5 ms of it. */
const unusedShares = 5;
const coreShares = 100;
const windowPeriods = 10;
/** Two seconds, and what adding up tenths may be off. */
const silentSeconds = 2 + 1e-6;
const reportsOfMismatch = 3;

export interface EscraOptions {
  /** What the application's containers share; default: the container's max. */
  readonly poolShares?: number;
  /** Containers of the application; default 4. */
  readonly containers?: number;
}

export function escra(options: EscraOptions = {}): Peer {
  return {
    name: "escra",
    resource: "cpu",
    sampleSeconds: 0.1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => new EscraRun(options, start),
  };
}

/** What a container's rules look at. Quotas in shares. */
export interface EscraState {
  readonly quota: number;
  /** Of this period. */
  readonly unused: number;
  readonly meanUnused: number;
  readonly meanThrottled: number;
  readonly fairShare: number;
  readonly pool: number;
  readonly wasSilent: boolean;
}

/** The quota that the first matching rule sets; the same where none matches. */
export function escraQuota(state: EscraState): number {
  const { quota, fairShare, pool, meanThrottled } = state;
  const unallocated = Math.max(pool - quota, 0);
  if (state.wasSilent) return Math.max(quota, Math.min(unallocated, coreShares));
  if (quota > pool && quota > fairShare) return quota - overrunCut(state);
  if (quota < fairShare && meanThrottled > 0.5) {
    const raise = raiseToFairShare(quota, fairShare);
    return quota + (unallocated > 0 ? Math.min(unallocated, raise) : raise);
  }
  if (meanThrottled >= 0.1 && unallocated > 0)
    return quota + Math.min(unallocated, 20 * meanThrottled * sliceShares);
  return shrunkQuota(state);
}

function overrunCut({ quota, fairShare, pool }: EscraState): number {
  const over = quota - fairShare;
  const beyond = over / fairShare;
  const cut = beyond * (beyond > 1 ? sliceShares : over);
  return Math.min(cut < sliceShares / 2 ? over : cut, quota - pool);
}

function raiseToFairShare(quota: number, fairShare: number): number {
  const gap = fairShare - quota;
  return gap <= sliceShares / 2 ? gap : (gap / fairShare) * gap;
}

function shrunkQuota({ quota, unused, meanUnused }: EscraState): number {
  if (unused / quota > 0.2 && quota >= sliceShares) return Math.max(sliceShares, 0.8 * quota);
  if (meanUnused > unusedShares && quota > sliceShares)
    return Math.max(sliceShares, quota - unusedShares);
  return quota;
}

class EscraRun {
  readonly #start: PeerStart;
  readonly #pool: number;
  readonly #fairShare: number;
  readonly #unused = new RecentSamples(windowPeriods);
  readonly #throttled = new RecentSamples(windowPeriods);
  #quota: number;
  #mismatches = 0;
  #silentSeconds = 0;

  constructor({ poolShares, containers = 4 }: EscraOptions, start: PeerStart) {
    this.#start = start;
    this.#pool = poolShares ?? start.max;
    this.#fairShare = this.#pool / containers;
    this.#quota = start.limit;
  }

  step(reading: PeerReading): PeerWish | undefined {
    if (reading.used === 0) return this.#beSilent(reading);
    this.#adoptKernel(reading);
    const unused = Math.max(this.#quota - reading.used, 0);
    this.#unused.push(unused);
    this.#throttled.push(reading.throttledPeriods > 0 ? 1 : 0);
    const wasSilent = this.#silentSeconds > silentSeconds;
    this.#silentSeconds = 0;
    return this.#change(
      escraQuota({
        quota: this.#quota,
        unused,
        meanUnused: this.#unused.mean(),
        meanThrottled: this.#throttled.mean(),
        fairShare: this.#fairShare,
        pool: this.#pool,
        wasSilent,
      }),
    );
  }

  /** Its loop of 2 s takes back what an idle container holds. */
  #beSilent({ windowSeconds }: PeerReading): PeerWish | undefined {
    this.#silentSeconds += windowSeconds;
    if (this.#silentSeconds <= silentSeconds) return undefined;
    return this.#change(Math.min(this.#quota, sliceShares));
  }

  /** The kernel is right after three reports that say other than the book. */
  #adoptKernel({ limit }: PeerReading): void {
    this.#mismatches = isInForce(limit, this.#quota) ? 0 : this.#mismatches + 1;
    if (this.#mismatches < reportsOfMismatch) return;
    this.#quota = limit;
    this.#mismatches = 0;
  }

  #change(quota: number): PeerWish | undefined {
    const limit = clampToBand(quota, this.#start);
    if (limit === this.#quota) return undefined;
    this.#quota = limit;
    this.#unused.clear();
    this.#throttled.clear();
    return { limit };
  }
}
