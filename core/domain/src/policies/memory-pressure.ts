/**
 * Memory: the limit follows what cannot be given back, and the page cache that pays.
 *
 *     need     in use + what is not on the disk + margin (two samples of the growth that was measured;
 *              a tenth of the use at least, where the limit kills) + what this limit pushed into swap
 *     cache    what is read again when it is taken (memory-cache.ts); any other is given back
 *     raise    at once when need no longer fits, or tasks wait; further ahead the faster it grows, so
 *              that 500 MiB/s are followed with two writes a second
 *     lower    to the highest need of the last 3 to 6 s, when that takes more than 8 % off the limit; how
 *              slowly, is the business of the brakes
 *     leak     growth without end is told once (memory-leak.ts), and followed without running ahead
 *
 * Never below the floor, so nothing is pushed into swap on purpose. Refused: all that is charged (page
 * cache is no need), stall time (silent for anonymous memory without swap), a percentile of days (a
 * limit that kills has no percentile).
 */
import type { ResourceEvent } from "../messages/messages.ts";
import { leastMemoryMarginMib } from "../observation/memory-growth.ts";
import { type Reason, reason } from "../reason/reason.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import { beginCache, isFutile, type PayingCache, withCacheReading } from "./memory-cache.ts";
import { beginLeakWatch, type LeakWatch, withUse } from "./memory-leak.ts";
import { describeMemory, type MemorySituation, memoryHold } from "./memory-pressure-hold.ts";
import { missingReason, wishWithoutData } from "./missing-data.ts";
import { wishInsideOwnersBand } from "./owners-band.ts";
import type { Decision, DecisionInput, ObservedMemory, Policy } from "./policy.ts";
import { limitInForce } from "./thresholds.ts";
import { requestOf } from "./wish.ts";

const identity = { name: "memory-pressure", resource: "mem" } as const;
const noDataSeconds = 60;
/** The highest need is that of this window and of the one before. */
const windowSeconds = 3;
/** A write may block in reclaim: not for less than this share of the limit. */
const deadBand = 0.08;
/** What is charged is far below a limit of which it leaves so much. */
const roomyShare = 0.85;
/** Cache fills its room when less of the limit, or than a MiB, is left. */
const fullShare = 0.01;
/** Left above what is in use where the limit kills: what nobody saw coming must fit in. */
const guardShare = 0.1;
/** A raise goes so far beyond need, of the use and of the margin of what grows fast. */
const ahead = { share: 0.05, margins: 3 } as const;
/** What waits gets so much more of its limit at once. */
const waitShare = 0.25;

export interface MemoryPressureState {
  readonly silentSince: MonotonicSeconds;
  /** `undefined` before the first reading. */
  readonly watched: WatchedMemory | undefined;
}

interface WatchedMemory {
  readonly windowBeganAt: MonotonicSeconds;
  /** The highest need of this window, and of the one before. */
  readonly highestMib: number;
  readonly highestBeforeMib: number | undefined;
  readonly cache: PayingCache;
  readonly leak: LeakWatch;
  /** The least that ever lay in swap: what came on top, the limit may have pushed there. */
  readonly leastSwappedMib: number;
}

export function memoryPressure(): Policy<MemoryPressureState> {
  return { ...identity, begin, decide };
}

const begin = (at: MonotonicSeconds): MemoryPressureState => ({
  silentSince: at,
  watched: undefined,
});

function decide(state: MemoryPressureState, input: DecisionInput): Decision<MemoryPressureState> {
  const { observation, settings, at } = input;
  const { used, limit } = observation;
  if (observation.isFrozen) {
    return hold({ ...state, silentSince: at }, reason("frozen", "it is frozen"));
  }
  if (used === undefined || limit === undefined) return decideWithoutData(state, input);
  const memory = observation.memory ?? unknownMemory(used);
  const now = { used, memory, limit: limitInForce(settings, limit), at };
  const watched = watch(state.watched, now, settings);
  const next: MemoryPressureState = { silentSince: at, watched };
  const situation: MemorySituation = {
    ...now,
    settings,
    needMib: needOf(now, watched.leastSwappedMib),
    cacheMib: watched.cache.mib,
    isCacheFutile: isFutile(watched.cache, at),
    isLeaking: watched.leak.isSuspected,
  };
  const events = leakEvents(state.watched, watched, input);
  const outside = wishInsideOwnersBand("mem", settings, { limit, used });
  if (outside !== undefined) return { ...ask(next, input, outside), events };
  const target = raiseTo(situation) ?? lowerTo(situation, watched);
  if (target === undefined) return { ...hold(next, memoryHold(situation)), events };
  const wish = { amount: target.mib - now.limit, from: now.limit, reason: target.reason };
  return { ...ask(next, input, wish), events };
}

function decideWithoutData(
  state: MemoryPressureState,
  input: DecisionInput,
): Decision<MemoryPressureState> {
  const silent = input.at - state.silentSince;
  // Memory needs no second reading, so where usage is missing it could not be read.
  const { observation } = input;
  const why = missingReason({ ...input, observation: { ...observation, windowSeconds: 0 } });
  if (silent < noDataSeconds) return hold(state, why);
  const wish = wishWithoutData("mem", input, silent);
  const next = begin(input.at);
  return wish === undefined ? hold(next, why) : ask(next, input, wish);
}

/** An agent that tells of nothing but the use: a margin is kept, and no cache is known. */
const unknownMemory = (usedMib: number): ObservedMemory => ({
  floorMib: usedMib + leastMemoryMarginMib(usedMib),
  cachedMib: 0,
  dirtyMib: 0,
  refaultMibPerSecond: undefined,
  swappedMib: undefined,
  isBraked: false,
  isWaiting: false,
});

type Now = Pick<MemorySituation, "used" | "memory" | "limit" | "at">;

/** The margin is in the floor already; where the limit kills it is a share of the use at least. */
function needOf({ used, memory }: Now, leastSwappedMib: number): number {
  const guardMib = memory.isBraked ? 0 : used * guardShare;
  const floorMib = Math.max(memory.floorMib, used + memory.dirtyMib + guardMib);
  return floorMib + Math.max((memory.swappedMib ?? 0) - leastSwappedMib, 0);
}

function watch(
  before: WatchedMemory | undefined,
  now: Now,
  settings: ResourceSettings,
): WatchedMemory {
  const { used, memory, limit, at } = now;
  const swappedMib = memory.swappedMib ?? 0;
  const leastSwappedMib = Math.min(before?.leastSwappedMib ?? swappedMib, swappedMib);
  const needMib = needOf(now, leastSwappedMib);
  const leak = withUse(before?.leak ?? beginLeakWatch(at), used, at);
  const highest = highestNeed(before, needMib, at);
  const known = before?.cache ?? beginCache(memory.cachedMib, at);
  const cache = withCacheReading(known, {
    at,
    cachedMib: memory.cachedMib,
    refaultMibPerSecond: memory.refaultMibPerSecond,
    isRoomy: used + memory.cachedMib + leastMemoryMarginMib(limit) < limit * roomyShare,
    isFull: used + memory.cachedMib + Math.max(limit * fullShare, 1) >= limit,
    isInForce: fittingMib(now, highest, known.mib, settings) > limit * (1 - deadBand),
    mostMib: Math.max(settings.max - needMib, 0),
  });
  return { ...highest, cache, leak, leastSwappedMib };
}

type HighestNeed = Pick<WatchedMemory, "windowBeganAt" | "highestMib" | "highestBeforeMib">;

function highestNeed(
  before: HighestNeed | undefined,
  needMib: number,
  at: MonotonicSeconds,
): HighestNeed {
  if (before === undefined) {
    return { windowBeganAt: at, highestMib: needMib, highestBeforeMib: undefined };
  }
  const { windowBeganAt, highestMib, highestBeforeMib } = before;
  if (at - windowBeganAt >= windowSeconds) {
    return { windowBeganAt: at, highestMib: needMib, highestBeforeMib: highestMib };
  }
  return { windowBeganAt, highestMib: Math.max(highestMib, needMib), highestBeforeMib };
}

const highestOf = ({ highestMib, highestBeforeMib = 0 }: HighestNeed): number =>
  Math.max(highestMib, highestBeforeMib);

/** The limit that would fit what was needed of late. */
const fittingMib = (
  now: Now,
  highest: HighestNeed,
  cacheMib: number,
  settings: ResourceSettings,
): number => withinBand(highestOf(highest) + aheadMib(now, true) + cacheMib, settings);

/** What a limit leaves beyond need, so that the next growth finds room and no write is due. */
function aheadMib({ used, memory }: Now, isCautious: boolean): number {
  const leastMib = leastMemoryMarginMib(used);
  const plainMib = Math.max(used * ahead.share, leastMib / 2);
  if (isCautious) return plainMib;
  const marginMib = memory.floorMib - used - memory.dirtyMib;
  // The floor is rounded up to whole MiB.
  return marginMib > leastMib + 1 ? Math.max(marginMib * ahead.margins, plainMib) : plainMib;
}

interface Target {
  readonly mib: number;
  readonly reason: Reason;
}

function raiseTo(situation: MemorySituation): Target | undefined {
  const { needMib, cacheMib, limit, settings, memory, isLeaking } = situation;
  const { isWaiting } = memory;
  // A cache that is a little short of its room is no reason for a write.
  const isShort = limit < needMib + cacheMib * (1 - deadBand);
  if (!isShort && !isWaiting) return undefined;
  const wanted = needMib + cacheMib + aheadMib(situation, isLeaking);
  const least = isWaiting ? limit * (1 + waitShare) : 0;
  const mib = withinBand(Math.max(wanted, least), settings);
  return mib > limit ? { mib, reason: raiseReason(situation) } : undefined;
}

function raiseReason(situation: MemorySituation): Reason {
  const { needMib, limit, memory, isLeaking } = situation;
  const use = describeMemory(situation);
  if (memory.isWaiting) return reason("waits-for-memory", `${use}; its tasks wait at the limit`);
  if (needMib <= limit) {
    return reason("cache-read-again", `${use}; page cache that was taken is read again`);
  }
  return isLeaking
    ? reason("memory-leak-suspected", `${use}; it has grown for hours without ever falling`)
    : reason("memory-needed", `${use}: it needs more than its limit`);
}

function lowerTo(situation: MemorySituation, watched: WatchedMemory): Target | undefined {
  const { limit, cacheMib, settings } = situation;
  // One window at least must have been seen.
  if (watched.highestBeforeMib === undefined) return undefined;
  const highestMib = highestOf(watched);
  const mib = fittingMib(situation, watched, cacheMib, settings);
  if (mib > limit * (1 - deadBand)) return undefined;
  const text = `${describeMemory(situation)}; it needed no more than ${Math.ceil(highestMib)} MiB of late`;
  return { mib, reason: reason("memory-unneeded", text) };
}

const withinBand = (mib: number, { min, max }: ResourceSettings): number =>
  Math.min(Math.max(Math.ceil(mib), min), max);

/** Told when the suspicion begins, and not again while it lasts. */
function leakEvents(
  before: WatchedMemory | undefined,
  now: WatchedMemory,
  { observation, at, stamp }: DecisionInput,
): readonly ResourceEvent[] {
  const { leak } = now;
  if (!leak.isSuspected || before?.leak.isSuspected === true) return [];
  const { structure, used = 0 } = observation;
  const rule = "memory-leak-suspected";
  const threshold = leak.firstMib ?? used;
  return [{ structure, resource: "mem", direction: "up", rule, used, threshold, at, stamp }];
}

const ask = (
  state: MemoryPressureState,
  input: DecisionInput,
  wish: Parameters<typeof requestOf>[2],
): Decision<MemoryPressureState> => ({
  state,
  events: [],
  outcome: requestOf(identity, input, wish),
});

const hold = (state: MemoryPressureState, why: Reason): Decision<MemoryPressureState> => ({
  state,
  events: [],
  outcome: { kind: "hold", reason: why },
});
