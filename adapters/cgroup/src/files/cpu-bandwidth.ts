import type { CpuLimit } from "@sc/domain";

/** Quota, burst and period as both versions of cgroup keep them; only the files differ. */
export interface CpuBandwidth {
  /** −1 = no limit. */
  readonly quotaUs: number;
  readonly burstUs: number;
  readonly periodUs: number;
}

export const noQuota = -1;
/** The kernel refuses less than 1 ms a period. */
const leastQuotaUs = 1000;
const leastPeriodUs = 1000;
const mostPeriodUs = 1_000_000;

export function toBandwidth(limit: CpuLimit): CpuBandwidth {
  const periodUs = clamp(Math.round(limit.periodMs * 1000), leastPeriodUs, mostPeriodUs);
  const { quotaShares } = limit;
  const quotaUs =
    quotaShares === null ? noQuota : Math.max(sharesToUs(quotaShares, periodUs), leastQuotaUs);
  const burstUs =
    quotaUs === noQuota ? 0 : Math.min(sharesToUs(limit.burstShares, periodUs), quotaUs);
  return { quotaUs, burstUs, periodUs };
}

export function fromBandwidth(values: CpuBandwidth): Omit<CpuLimit, "weight"> {
  const { quotaUs, burstUs, periodUs } = values;
  return {
    quotaShares: quotaUs < 0 ? null : usToShares(quotaUs, periodUs),
    burstShares: usToShares(burstUs, periodUs),
    periodMs: periodUs / 1000,
  };
}

/**
 * The kernel doubles quota and period by itself when its timer is overloaded: the same limit, so
 * ratios are compared, and only then the burst.
 */
export function isSameBandwidth(from: CpuBandwidth, to: CpuBandwidth): boolean {
  if (from.quotaUs === to.quotaUs && from.periodUs === to.periodUs)
    return from.burstUs === to.burstUs;
  const isRescaled = from.periodUs > to.periodUs && from.quotaUs > 0 && to.quotaUs > 0;
  if (!isRescaled || !isPowerOfTwo(from.periodUs / to.periodUs)) return false;
  const scale = from.periodUs / to.periodUs;
  return (
    Math.abs(from.quotaUs - to.quotaUs * scale) <= scale &&
    Math.abs(from.burstUs - to.burstUs * scale) <= scale
  );
}

const isPowerOfTwo = (ratio: number): boolean => Number.isInteger(Math.log2(ratio));

const sharesToUs = (shares: number, periodUs: number): number =>
  Math.round((shares / 100) * periodUs);
const usToShares = (us: number, periodUs: number): number => (us / periodUs) * 100;
export const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
