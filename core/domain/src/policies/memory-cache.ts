/**
 * How much page cache pays. Cache fills whatever room it gets, so its size says nothing; what it is worth
 * shows when some of it is taken: what was needed is read again (a refault), what was not never is.
 *
 *     calm      a quarter is taken; calm for 10 s, the next quarter
 *     pain      the last part is given back at once, and the next try waits twice as long and takes half
 *     pain, though nothing was taken   more every 2 s until it is calm: to what it was last proved to
 *               need, then by what is read again in a second; where room for 10 s of that, or twice the
 *               cache, does no good (a scan that no cache would hold) all of it is taken back for 10 min,
 *               and the next time twice as much is tried
 *
 * What is read again while the cache still has room to fill is what was taken before, and no pain.
 * Refused: the kernel's active list, which nothing shortens while there is no pressure.
 */
import type { MonotonicSeconds } from "../units/time.ts";

export interface PayingCache {
  /** MiB of page cache that the limit leaves room for. */
  readonly mib: number;
  /** What it was before the last part was taken; `undefined` once nobody missed it. */
  readonly beforeMib: number | undefined;
  /** What the last pain showed to be needed. */
  readonly provenMib: number;
  readonly probedAt: number;
  /** The next part is taken no sooner, and is so much of it. */
  readonly probeNotBefore: number;
  readonly probeShare: number;
  readonly waitSeconds: number;
  /** More is being tried. */
  readonly trial: Trial | undefined;
  /** So many times as much must do some good. */
  readonly trialFactor: number;
  readonly ignorePainUntil: number;
  readonly raisedAt: number;
}

interface Trial {
  readonly fromMib: number;
  readonly mibPerSecond: number;
}

export interface CacheReading {
  readonly at: MonotonicSeconds;
  readonly cachedMib: number;
  /** `undefined`: the kernel does not count it, and nothing is taken. */
  readonly refaultMibPerSecond: number | undefined;
  /** No room is left for more cache. */
  readonly isFull: boolean;
  /** The limit is far away: what comes now costs nothing, and whether it pays is found out later. */
  readonly isRoomy: boolean;
  /** The limit has followed: more is not taken before. */
  readonly isInForce: boolean;
  /** The owner's max leaves room for no more than so much cache. */
  readonly mostMib: number;
}

/** Read again at this rate it hurts: 256 pages a second, which a slow disk takes 2 s for. */
const painMibPerSecond = 1;
const calmSeconds = 10;
const firstShare = 0.25;
const leastShare = 0.06;
const waitSeconds = { first: 120, most: 3600 } as const;
const raise = { share: 0.25, leastMib: 4, everySeconds: 2, seconds: 1 } as const;
/** More cache pays when it takes so much off the refaults; a trial has room for so many seconds of them. */
const payingShare = 0.25;
const trialSeconds = 5;
const trialFactor = { first: 2, most: 64 } as const;
const futileSeconds = { first: 600, most: 3600 } as const;
/** So little is not worth keeping, nor taking by parts. */
const trifleMib = 2;

export const beginCache = (cachedMib: number, at: MonotonicSeconds): PayingCache => ({
  mib: cachedMib,
  beforeMib: undefined,
  provenMib: cachedMib,
  probedAt: at,
  probeNotBefore: at + calmSeconds,
  probeShare: firstShare,
  waitSeconds: waitSeconds.first,
  trial: undefined,
  trialFactor: trialFactor.first,
  ignorePainUntil: at,
  raisedAt: Number.NEGATIVE_INFINITY,
});

export function withCacheReading(before: PayingCache, reading: CacheReading): PayingCache {
  const { at, cachedMib, refaultMibPerSecond: rate, isFull, isRoomy } = reading;
  const isNew = isRoomy && cachedMib > before.mib;
  const cache = isNew ? { ...before, mib: cachedMib, provenMib: cachedMib } : before;
  if (rate === undefined) return cache;
  if (rate < painMibPerSecond) return calmed(cache, reading);
  const isAnswered = at - cache.raisedAt < raise.everySeconds;
  return !isFull || isAnswered || isFutile(cache, at) ? cache : hurt(cache, reading, rate);
}

function calmed(cache: PayingCache, { at, isInForce }: CacheReading): PayingCache {
  const isProved = at - cache.raisedAt >= calmSeconds;
  const calm =
    cache.trial !== undefined && isProved
      ? { ...cache, trial: undefined, trialFactor: trialFactor.first, provenMib: cache.mib }
      : cache;
  if (at < calm.probeNotBefore || at - calm.probedAt < calmSeconds) return calm;
  if (!isInForce || !isProved) return calm;
  if (calm.mib === 0)
    return calm.beforeMib === undefined ? calm : { ...calm, beforeMib: undefined };
  const left = calm.mib * (1 - calm.probeShare);
  const mib = left < trifleMib ? 0 : left;
  return { ...calm, mib, beforeMib: calm.mib, probedAt: at };
}

function hurt(cache: PayingCache, reading: CacheReading, rate: number): PayingCache {
  const { at, mostMib } = reading;
  const isByProbe = cache.beforeMib !== undefined && at - cache.probedAt < calmSeconds;
  if (isByProbe) return undone(cache, at);
  const { trial } = cache;
  const wantedMib = Math.max(trial === undefined ? cache.provenMib : 0, moreThan(cache.mib, rate));
  const mib = Math.min(wantedMib, mostMib);
  const raised = { ...cache, beforeMib: undefined, raisedAt: at };
  if (trial === undefined) {
    if (mib <= cache.mib) return cache;
    return { ...raised, mib, trial: { fromMib: cache.mib, mibPerSecond: rate } };
  }
  if (cache.mib < Math.min(enoughMib(trial, cache.trialFactor), mostMib)) return { ...raised, mib };
  const hasPaid = rate <= trial.mibPerSecond * (1 - payingShare);
  if (!hasPaid) return givenUp(cache, trial, at);
  return { ...raised, trial: { fromMib: cache.mib, mibPerSecond: rate } };
}

function undone(cache: PayingCache, at: MonotonicSeconds): PayingCache {
  const mib = cache.beforeMib ?? cache.mib;
  return {
    ...cache,
    mib,
    beforeMib: undefined,
    provenMib: mib,
    probeNotBefore: at + cache.waitSeconds,
    probeShare: Math.max(cache.probeShare / 2, leastShare),
    waitSeconds: Math.min(cache.waitSeconds * 2, waitSeconds.most),
    raisedAt: at,
  };
}

function givenUp(cache: PayingCache, { fromMib }: Trial, at: MonotonicSeconds): PayingCache {
  const factor = cache.trialFactor;
  const seconds = (futileSeconds.first * factor) / trialFactor.first;
  const until = at + Math.min(seconds, futileSeconds.most);
  return {
    ...cache,
    mib: fromMib,
    beforeMib: undefined,
    provenMib: fromMib,
    trial: undefined,
    trialFactor: Math.min(factor * 2, trialFactor.most),
    ignorePainUntil: until,
    probeNotBefore: until,
    raisedAt: at,
  };
}

/** From so much on more cache must have done some good. */
const enoughMib = ({ fromMib, mibPerSecond }: Trial, factor: number): number =>
  Math.max(fromMib * factor, fromMib + mibPerSecond * trialSeconds * factor);

const moreThan = (mib: number, rate: number): number =>
  mib + Math.max(mib * raise.share, rate * raise.seconds, raise.leastMib);

/** It is read again as fast as before, however much there is: more would not help. */
export const isFutile = ({ ignorePainUntil }: PayingCache, at: MonotonicSeconds): boolean =>
  at < ignorePainUntil;
