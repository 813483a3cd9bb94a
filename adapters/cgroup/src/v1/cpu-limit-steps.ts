import type { CpuLimit } from "@sc/domain";
import {
  type CpuBandwidth,
  clamp,
  fromBandwidth,
  isSameBandwidth,
  noQuota,
  toBandwidth,
} from "../files/cpu-bandwidth.ts";

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
export interface CpuKernelValues extends CpuBandwidth {
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

const leastCpuShares = 2;
const mostCpuShares = 262_144;
/** Weight 100 is the kernel's default of 1024. */
const cpuSharesPerWeight = 10.24;

export function toKernelValues(limit: CpuLimit): CpuKernelValues {
  const cpuShares = clamp(
    Math.round(limit.weight * cpuSharesPerWeight),
    leastCpuShares,
    mostCpuShares,
  );
  return { ...toBandwidth(limit), cpuShares };
}

export const fromKernelValues = (values: CpuKernelValues): CpuLimit => ({
  ...fromBandwidth(values),
  weight: values.cpuShares / cpuSharesPerWeight,
});

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
