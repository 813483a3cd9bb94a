/**
 * How full the kernel's bucket of cpu time is, computed from usage alone. The kernel tells nobody, and
 * its count of throttled periods comes up to 230 ms late (kernel.md §2), so whoever wants to act before
 * a throttle has to compute.
 *
 *     true pool      gets a quota at the end of each period, holds quota + burst at most
 *     level here     gets quota × time all the time,         holds burst × period at most
 *
 * When a period ends is not known. The level leaves out what is already handed out for the rest of the
 * period, so it is never more than the pool: while it is above 0 nothing is throttled.
 */
import { type CpuLimit, isSameCpuLimit } from "../structure/cpu-limit.ts";

export interface Bucket {
  /** What the level was computed under. */
  readonly limit: CpuLimit;
  /** In share-seconds: 1 is a hundredth of a core for a second. Negative: more was used than it holds. */
  readonly level: number;
}

/** Filled by `seconds` of quota and emptied by use; a limit that is new has just refilled it. */
export function bucketAfter(
  before: Bucket | undefined,
  limit: CpuLimit,
  { seconds, used }: { readonly seconds: number; readonly used: number },
): Bucket {
  const quota = limit.quotaShares;
  if (quota === null) return { limit, level: 0 };
  const most = bucketMost(limit);
  let level = before?.level ?? 0;
  if (before !== undefined && !isSameBucket(before.limit, limit)) {
    level = Math.min(Math.max(level, 0) + quota * periodSeconds(limit), most);
  }
  return { limit, level: Math.min(level + (quota - used) * seconds, most) };
}

/** What it can hold beyond the quota of the period, in share-seconds. */
export const bucketMost = (limit: CpuLimit): number => limit.burstShares * periodSeconds(limit);

const periodSeconds = ({ periodMs }: CpuLimit): number => periodMs / 1000;

/** Whether nothing was written that refills it. */
export const isSameBucket = (a: CpuLimit, b: CpuLimit): boolean =>
  a === b || (isSameCpuLimit(a, b) && a.periodMs === b.periodMs);
