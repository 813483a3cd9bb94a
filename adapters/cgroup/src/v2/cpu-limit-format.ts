import {
  type CpuBandwidth,
  clamp,
  fromBandwidth,
  isSameBandwidth,
  noQuota,
  toBandwidth,
} from "../files/cpu-bandwidth.ts";
import type { CpuLimitFormat, FileStep } from "../files/cpu-limit-files.ts";

/**
 * A cpu limit of v2. Quota and period go in one write, so there is no moment at another limit; burst ≤ quota
 * holds here too (EINVAL): a shrink lowers the burst before the quota, a grow raises it after. `max`
 * leaves the burst behind. Parents and children stand against nothing: the least on the way counts.
 *
 * The kernel makes `weight × 1024 / 100` shares of `cpu.weight` (`cpu_weight_write_u64` in
 * kernel/sched/core.c), so 100 is v1's 1024, and our weight is the number in the file. It is whole: what a
 * fraction is rounded to reads back as it was written. Engines have their own ways from `cpu.shares` to
 * it; we only ever put back what was there.
 */
export interface CpuKernelValues extends CpuBandwidth {
  readonly weight: number;
}

const maxFile = "cpu.max";
const burstFile = "cpu.max.burst";
const weightFile = "cpu.weight";

const leastWeight = 1;
const mostWeight = 10_000;
/** What a group reads that its owner made idle (`cpu.idle`); the kernel takes no weight for it then. */
const idleWeight = 0;

export const cpuLimitFormat: CpuLimitFormat<CpuKernelValues> = {
  fileNames: [maxFile, burstFile, weightFile],
  burstFile,
  parse: (numbersOf) => {
    const [quotaUs, periodUs] = numbersOf(maxFile) ?? [];
    const [weight] = numbersOf(weightFile) ?? [];
    const [burstUs = 0] = numbersOf(burstFile) ?? [];
    if (quotaUs === undefined || periodUs === undefined || weight === undefined) return undefined;
    return { quotaUs, periodUs, burstUs, weight };
  },
  toValues: (limit, before) => {
    const isIdle = before?.weight === idleWeight || limit.weight === idleWeight;
    const weight = clamp(Math.round(limit.weight), leastWeight, mostWeight);
    return { ...toBandwidth(limit), weight: isIdle ? idleWeight : weight };
  },
  toLimit: (values) => ({ ...fromBandwidth(values), weight: values.weight }),
  steps: (from, to) => {
    const steps: FileStep[] = isSameBandwidth(from, to) ? [] : bandwidthSteps(from, to);
    if (from.weight !== to.weight) steps.push(weightStep(to));
    return steps;
  },
  // A weight of 0 is there already where the group is idle, and what is there is not written.
  restoreSteps: (to) => [maxStep(to), weightStep(to)],
  explainInvalid: (text) => ({ code: "invalid", text }),
};

function bandwidthSteps(from: CpuKernelValues, to: CpuKernelValues): FileStep[] {
  const steps: FileStep[] = [];
  if (to.burstUs < from.burstUs) steps.push(burstStep(to));
  if (from.quotaUs !== to.quotaUs || from.periodUs !== to.periodUs) steps.push(maxStep(to));
  if (to.burstUs > from.burstUs) steps.push(burstStep(to));
  return steps;
}

/** As the kernel prints it, so that sc-restore knows a limit that is there already. */
const maxStep = ({ quotaUs, periodUs }: CpuKernelValues): FileStep => ({
  file: maxFile,
  value: `${quotaUs === noQuota ? "max" : quotaUs} ${periodUs}`,
});
const burstStep = ({ burstUs }: CpuKernelValues): FileStep => ({
  file: burstFile,
  value: String(burstUs),
});
const weightStep = ({ weight }: CpuKernelValues): FileStep => ({
  file: weightFile,
  value: String(weight),
});
