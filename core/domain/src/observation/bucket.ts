/**
 * How full the kernel's bucket of cpu time is, computed from usage alone. The kernel tells nobody, and
 * its count of throttled periods comes up to 230 ms late (kernel.md §2), so whoever wants to act before
 * a throttle has to compute.
 *
 *     true pool      gets a quota at the end of each period, holds quota + burst at most
 *     level here     gets quota × time all the time,         holds burst × period at most
 *
 * The level leaves out what the pool was already given for the rest of the period: while it is above 0
 * nothing is throttled. When a period ends is not known, so of a new limit half a period is counted.
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
  const isNew = before !== undefined && !isSameBucket(before.limit, limit);
  const level = Math.min(isNew ? levelAfterWrite(before, limit) : (before?.level ?? 0), most);
  return { limit, level: Math.min(level + (quota - used) * seconds, most) };
}

function levelAfterWrite({ limit: old, level }: Bucket, limit: CpuLimit): number {
  const half = (quotaOf(limit) * periodSeconds(limit)) / 2;
  // A new period begins with the write; otherwise the rest of the old one was given by the old quota.
  if (old.periodMs !== limit.periodMs) return Math.max(level, 0) + half;
  return Math.max(level + half + (quotaOf(old) * periodSeconds(old)) / 2, 0);
}

/** What it can hold beyond the quota of the period, in share-seconds. */
export const bucketMost = (limit: CpuLimit): number => limit.burstShares * periodSeconds(limit);

/**
 * At most how many share-seconds so many writes of a limit have handed out: each one quota, as long as
 * there is room (kernel.md §1).
 */
export function handedOutBy(bucket: Bucket | undefined, limit: CpuLimit, writes: number): number {
  const quota = quotaOf(limit) * periodSeconds(limit);
  const room = Math.max(quota + bucketMost(limit) - Math.max(bucket?.level ?? 0, 0), 0);
  return Math.min(quota * writes, room);
}

const quotaOf = ({ quotaShares }: CpuLimit): number => quotaShares ?? 0;

const periodSeconds = ({ periodMs }: CpuLimit): number => periodMs / 1000;

/** Whether nothing was written that refills it. */
export const isSameBucket = (a: CpuLimit, b: CpuLimit): boolean =>
  a === b || (isSameCpuLimit(a, b) && a.periodMs === b.periodMs);
