import type { CpuLimit } from "@sc/domain";

/**
 * Decides which files of a v1 group to write, and in which order, to get from one cpu limit to
 * another.
 *
 * The kernel keeps burst ≤ quota at every moment (EINVAL), so a shrink lowers the burst before the
 * quota and a grow raises the quota before the burst. A period is changed without a quota in force,
 * or the group would run for a moment at a tenth or ten times of its limit. What does not differ is
 * not written: every write of quota, burst or period is a refill, and a policy that rewrites its
 * own limit at each sample doubles it. `cpu.shares` does not refill and may come last.
 */
export interface CpuKernelValues {
  /** −1 = no limit. */
  readonly quotaUs: number;
  readonly burstUs: number;
  readonly periodUs: number;
  readonly cpuShares: number;
}

export const cpuFiles = {
  quotaUs: "cpu.cfs_quota_us",
  burstUs: "cpu.cfs_burst_us",
  periodUs: "cpu.cfs_period_us",
  cpuShares: "cpu.shares",
} as const satisfies Record<keyof CpuKernelValues, string>;

export interface CpuStep {
  readonly field: keyof CpuKernelValues;
  readonly value: number;
}

export const noQuota = -1;
/** The kernel refuses less than 1 ms a period. */
const leastQuotaUs = 1000;
const leastPeriodUs = 1000;
const mostPeriodUs = 1_000_000;
const leastCpuShares = 2;
const mostCpuShares = 262_144;
/** Weight 100 is the kernel's default of 1024. */
const cpuSharesPerWeight = 10.24;

export function toKernelValues(limit: CpuLimit): CpuKernelValues {
  const periodUs = clamp(Math.round(limit.periodMs * 1000), leastPeriodUs, mostPeriodUs);
  const { quotaShares } = limit;
  const quotaUs =
    quotaShares === null ? noQuota : Math.max(sharesToUs(quotaShares, periodUs), leastQuotaUs);
  const burstUs =
    quotaUs === noQuota ? 0 : Math.min(sharesToUs(limit.burstShares, periodUs), quotaUs);
  const cpuShares = clamp(
    Math.round(limit.weight * cpuSharesPerWeight),
    leastCpuShares,
    mostCpuShares,
  );
  return { quotaUs, burstUs, periodUs, cpuShares };
}

export function fromKernelValues(values: CpuKernelValues): CpuLimit {
  const { quotaUs, burstUs, periodUs, cpuShares } = values;
  return {
    quotaShares: quotaUs < 0 ? null : usToShares(quotaUs, periodUs),
    burstShares: usToShares(burstUs, periodUs),
    periodMs: periodUs / 1000,
    weight: cpuShares / cpuSharesPerWeight,
  };
}

export function cpuLimitSteps(from: CpuKernelValues, to: CpuKernelValues): readonly CpuStep[] {
  const steps: CpuStep[] = isSameBandwidth(from, to) ? [] : bandwidthSteps(from, to);
  if (from.cpuShares !== to.cpuShares) steps.push({ field: "cpuShares", value: to.cpuShares });
  return steps;
}

function bandwidthSteps(from: CpuKernelValues, to: CpuKernelValues): CpuStep[] {
  const steps: CpuStep[] = [];
  const isNewPeriod = from.periodUs !== to.periodUs;
  if (to.burstUs < from.burstUs) steps.push({ field: "burstUs", value: to.burstUs });
  if (isNewPeriod && from.quotaUs !== noQuota) steps.push({ field: "quotaUs", value: noQuota });
  if (isNewPeriod) steps.push({ field: "periodUs", value: to.periodUs });
  const quotaBefore = isNewPeriod ? noQuota : from.quotaUs;
  if (quotaBefore !== to.quotaUs) steps.push({ field: "quotaUs", value: to.quotaUs });
  if (to.burstUs > from.burstUs) steps.push({ field: "burstUs", value: to.burstUs });
  return steps;
}

/**
 * The kernel doubles quota and period by itself when its timer is overloaded: the same limit, so
 * ratios are compared, and only then the burst.
 */
function isSameBandwidth(from: CpuKernelValues, to: CpuKernelValues): boolean {
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
const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);
