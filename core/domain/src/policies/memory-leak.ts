/**
 * Growth that never pays: memory that is taken, and never given back, hour after hour. Nobody outside can
 * tell it from a cache that a program fills on purpose, so it is told, once, and not punished: the limit
 * goes on following it up to max, only without running ahead of it.
 *
 *     windows of 20 min; the least use of each is compared with that of the one before
 *     six in a row higher, by a tenth in all   → suspected
 *     one that is not higher                   → no longer suspected, counted anew
 *
 * The least use, because the most moves with the load. Refused: a fit of a line, which a daily rhythm
 * passes as well and nobody can check by hand.
 */
import type { MonotonicSeconds } from "../units/time.ts";

export interface LeakWatch {
  readonly windowBeganAt: MonotonicSeconds;
  readonly lowestMib: number;
  /** Of the window before, and of the one from which it rises; `undefined` in the first. */
  readonly lastMib: number | undefined;
  readonly firstMib: number | undefined;
  readonly risenWindows: number;
  readonly isSuspected: boolean;
}

export const leakWindowSeconds = 1200;
export const leakWindows = 6;
const leastShareInAll = 0.1;
/** Less is no rise. */
const rise = { share: 0.005, mib: 0.25 } as const;

export const beginLeakWatch = (at: MonotonicSeconds): LeakWatch => ({
  windowBeganAt: at,
  lowestMib: Number.POSITIVE_INFINITY,
  lastMib: undefined,
  firstMib: undefined,
  risenWindows: 0,
  isSuspected: false,
});

export function withUse(watch: LeakWatch, usedMib: number, at: MonotonicSeconds): LeakWatch {
  if (at - watch.windowBeganAt < leakWindowSeconds) {
    return usedMib < watch.lowestMib ? { ...watch, lowestMib: usedMib } : watch;
  }
  const { lowestMib, lastMib, firstMib = lowestMib } = watch;
  const next = { windowBeganAt: at, lowestMib: usedMib, lastMib: lowestMib };
  const leastRise = Math.max((lastMib ?? 0) * rise.share, rise.mib);
  if (lastMib === undefined || lowestMib < lastMib + leastRise) {
    return { ...next, firstMib: lowestMib, risenWindows: 0, isSuspected: false };
  }
  const risenWindows = watch.risenWindows + 1;
  const isLong = risenWindows >= leakWindows && lowestMib >= firstMib * (1 + leastShareInAll);
  return { ...next, firstMib, risenWindows, isSuspected: watch.isSuspected || isLong };
}
