/**
 * A cpu limit is one value of four parts, because the kernel couples them (burst ≤ quota, quota
 * counted per period) and because a grant is only a guarantee if the weight is in proportion.
 */
export interface CpuLimit {
  /** Shares the structure may use on average over a period; `null` = no limit. */
  readonly quotaShares: number | null;
  /** Unused quota that may be carried into a later period, in shares of one period; ≥ 0. */
  readonly burstShares: number;
  /** Length of a period in milliseconds, 1 to 1000. */
  readonly periodMs: number;
  /** Claim under contention, 100 = the kernel's default (1024 of v1's cpu.shares). */
  readonly weight: number;
}

/** What a cpu limit is besides its quota. */
export interface CpuShape {
  /** At most the quota; more is cut to it. */
  readonly burstShares: number;
  readonly periodMs: number;
  /** Absent: in proportion to the quota, which is what makes a grant hold. */
  readonly weight?: number;
}

export const kernelDefaultCpuLimit: CpuLimit = {
  quotaShares: null,
  burstShares: 0,
  periodMs: 100,
  weight: 100,
};

/** The shares a limit grants: its quota, or `unlimitedShares` where it has none. */
export const grantedShares = (limit: CpuLimit, unlimitedShares: number): number =>
  limit.quotaShares ?? unlimitedShares;

/**
 * The limit that grants `shares`: same period, no burst, and a weight in proportion to the grant,
 * which is what makes the grant hold while others burst.
 */
export const cpuLimitOfShares = (shares: number, periodMs: number): CpuLimit =>
  shapedCpuLimit(shares, { burstShares: 0, periodMs });

/** The limit that grants `shares` in a shape; the kernel takes no burst above the quota. */
export const shapedCpuLimit = (shares: number, shape: CpuShape): CpuLimit => ({
  quotaShares: shares,
  burstShares: Math.min(shape.burstShares, shares),
  periodMs: shape.periodMs,
  weight: shape.weight ?? shares,
});

/**
 * Whether two limits are the same to the kernel. It keeps whole microseconds and rescales quota and
 * period together on an overloaded timer, so ratios are compared with that much slack.
 */
export function isSameCpuLimit(a: CpuLimit, b: CpuLimit): boolean {
  return (
    isSameShares(a.quotaShares, b.quotaShares) &&
    Math.abs(a.burstShares - b.burstShares) < roundingShares &&
    Math.abs(a.weight - b.weight) < roundingWeight
  );
}

/** 1 µs of a 1 ms period is 0.1 share; what we write has periods of 100 ms and more: 0.001. */
const roundingShares = 0.01;
/** One unit of v1's cpu.shares is 0.098 of weight. */
const roundingWeight = 0.2;

function isSameShares(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(a - b) < roundingShares;
}

/** For people: `120 shares`, `no limit`, `120 shares (burst 40, period 500 ms)`. */
export function formatCpuLimit(limit: CpuLimit): string {
  if (limit.quotaShares === null) return "no limit";
  const extras: string[] = [];
  if (limit.burstShares > 0) extras.push(`burst ${formatShares(limit.burstShares)}`);
  if (limit.periodMs !== 100) extras.push(`period ${limit.periodMs} ms`);
  const shares = `${formatShares(limit.quotaShares)} shares`;
  return extras.length === 0 ? shares : `${shares} (${extras.join(", ")})`;
}

/** At most two decimals, none when whole. */
export const formatShares = (shares: number): string => String(Math.round(shares * 100) / 100);
