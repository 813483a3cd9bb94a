import { type CpuLimit, isSameCpuLimit, isSameMemLimit, type ResourceSettings } from "@sc/domain";

type Band = Pick<ResourceSettings, "min" | "max"> | undefined;

/**
 * What is written back over another hand's limit: what was there, and where that was ours it is brought
 * into the band of its owner, who may have moved it since. What the owner had, the owner gets.
 */
export function repairedCpuLimit(
  known: CpuLimit,
  first: CpuLimit | undefined,
  band: Band,
): CpuLimit {
  const { quotaShares } = known;
  const isOwners = first !== undefined && isSameCpuLimit(known, first);
  if (isOwners || band === undefined) return known;
  // What had no limit, and was ours in some other part of it, held its max.
  const shares = inBand(quotaShares ?? band.max, band);
  return shares === quotaShares
    ? known
    : { ...known, quotaShares: shares, burstShares: 0, weight: shares };
}

/** The same of memory; and what was ours may be less than what is in use by now, margin included. */
export function repairedMemLimit(
  known: number | null,
  first: number | null | undefined,
  { band, floor }: { readonly band: Band; readonly floor: number },
): number | null {
  const isOwners = first !== undefined && isSameMemLimit(known, first);
  if (isOwners || band === undefined) return known;
  return Math.max(inBand(known ?? band.max, band), floor);
}

const inBand = (amount: number, { min, max }: NonNullable<Band>): number =>
  Math.min(Math.max(amount, min), max);
