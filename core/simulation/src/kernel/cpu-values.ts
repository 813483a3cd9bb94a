import type { CpuLimit } from "@sc/domain";
import type { BandwidthValues } from "./cpu-bandwidth.ts";

/** A cpu limit as the simulated kernel keeps it: whole microseconds, and v1's `cpu.shares`. */
export interface CpuValues extends BandwidthValues {
  readonly cpuShares: number;
}

export function toKernelValues(limit: CpuLimit): CpuValues {
  const periodUs = Math.round(limit.periodMs * 1000);
  const toUs = (shares: number): number => Math.round((shares / 100) * periodUs);
  const { quotaShares } = limit;
  return {
    quotaUs: quotaShares === null ? undefined : Math.max(leastQuotaUs, toUs(quotaShares)),
    burstUs: toUs(limit.burstShares),
    periodUs,
    cpuShares: Math.max(leastCpuShares, Math.round(limit.weight * cpuSharesPerWeight)),
  };
}

export function fromKernelValues(values: CpuValues): CpuLimit {
  const { quotaUs, burstUs, periodUs, cpuShares } = values;
  return {
    quotaShares: quotaUs === undefined ? null : (quotaUs / periodUs) * 100,
    burstShares: (burstUs / periodUs) * 100,
    periodMs: periodUs / 1000,
    weight: cpuShares / cpuSharesPerWeight,
  };
}

/** Weight 100 is the kernel's default of 1024. */
const cpuSharesPerWeight = 10.24;
/** The kernel refuses less than 1 ms a period, and less than 2. */
const leastQuotaUs = 1000;
const leastCpuShares = 2;
