import type { CpuLimit } from "@sc/domain";
import type { CpuWriteOutcome, WriteRefusal } from "@sc/ports";
import type { BandwidthValues } from "./cpu-bandwidth.ts";
import { type CpuValues, fromKernelValues, toKernelValues } from "./cpu-values.ts";
import type { KernelGroup } from "./kernel-group.ts";

/** One write to one of the kernel's files. */
type CpuFileWrite =
  | { readonly file: "bandwidth"; readonly change: Partial<BandwidthValues> }
  | { readonly file: "shares"; readonly cpuShares: number };

const valuesOf = (group: KernelGroup): CpuValues => ({
  ...group.bandwidth.values,
  cpuShares: group.cpuShares,
});

export const readCpuLimit = (group: KernelGroup): CpuLimit => fromKernelValues(valuesOf(group));

/**
 * Brings the group to `limit` file by file, as a writer of the real kernel must: only what differs, and
 * in an order in which burst ≤ quota holds after each write. `refusalOf` may refuse one before the
 * kernel sees it.
 */
export function writeCpuLimit(
  group: KernelGroup,
  options: {
    readonly limit: CpuLimit;
    readonly nowUs: number;
    readonly refusalOf: () => WriteRefusal | undefined;
  },
): CpuWriteOutcome {
  const writes = writesTowards(valuesOf(group), toKernelValues(options.limit));
  if (writes.length === 0) return { kind: "unchanged", limit: readCpuLimit(group) };
  for (const [index, write] of writes.entries()) {
    const refusal = options.refusalOf() ?? applyWrite(group, write, options.nowUs);
    if (refusal === undefined) continue;
    return { kind: "refused", refusal, limit: readCpuLimit(group), writes: index };
  }
  return { kind: "applied", limit: readCpuLimit(group), writes: writes.length };
}

function writesTowards(from: CpuValues, to: CpuValues): readonly CpuFileWrite[] {
  const writes: CpuFileWrite[] = [];
  const bandwidth = (change: Partial<BandwidthValues>): void =>
    void writes.push({ file: "bandwidth", change });
  const isNewPeriod = to.periodUs !== from.periodUs;
  if (to.burstUs < from.burstUs) bandwidth({ burstUs: to.burstUs });
  // Without a quota in force, or the group would run for a moment at a multiple of its limit.
  if (isNewPeriod && from.quotaUs !== undefined) bandwidth({ quotaUs: undefined });
  if (isNewPeriod) bandwidth({ periodUs: to.periodUs });
  const quotaBeforeUs = isNewPeriod ? undefined : from.quotaUs;
  if (to.quotaUs !== quotaBeforeUs) bandwidth({ quotaUs: to.quotaUs });
  if (to.burstUs > from.burstUs) bandwidth({ burstUs: to.burstUs });
  if (to.cpuShares !== from.cpuShares) writes.push({ file: "shares", cpuShares: to.cpuShares });
  return writes;
}

function applyWrite(
  group: KernelGroup,
  write: CpuFileWrite,
  nowUs: number,
): WriteRefusal | undefined {
  if (write.file === "shares") {
    group.cpuShares = write.cpuShares;
    return undefined;
  }
  if (group.bandwidth.write(write.change, nowUs) === "written") return undefined;
  return { code: "invalid", text: `the kernel refused ${JSON.stringify(write.change)} (EINVAL)` };
}
