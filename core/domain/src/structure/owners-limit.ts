import { type CpuLimit, isSameCpuLimit } from "./cpu-limit.ts";

/**
 * Which limit the owner of a container wants, when the kernel holds `found`, we wrote one of `ours` and
 * `first` is what the owner wanted before. Decided part by part: tools write parts alone, and a process
 * may die between two of them. A part that still is one of ours hides the owner's, which stays as it was;
 * any other was written by another hand. Taking `found` as a whole was refused: a tool that sets the
 * quota would make our weight the owner's for ever.
 */
export function ownersLimit(limits: {
  readonly first: CpuLimit;
  readonly ours: readonly CpuLimit[];
  readonly found: CpuLimit;
}): CpuLimit {
  const { first, ours, found } = limits;
  const ownerOf = (part: "quotaShares" | "burstShares" | "weight"): CpuLimit =>
    ours.some((our) => isSameCpuLimit({ ...found, [part]: our[part] }, found)) ? first : found;
  const { quotaShares, periodMs } = ownerOf("quotaShares");
  const { burstShares } = ownerOf("burstShares");
  const { weight } = ownerOf("weight");
  // The kernel takes no burst above its quota.
  const mostBurst = quotaShares ?? Number.POSITIVE_INFINITY;
  return { quotaShares, periodMs, weight, burstShares: Math.min(burstShares, mostBurst) };
}
