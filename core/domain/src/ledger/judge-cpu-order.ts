import { type Reason, reason } from "../reason/reason.ts";
import {
  type CpuLimit,
  cpuLimitOfShares,
  formatShares,
  grantedShares,
} from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";

/**
 * The agent's last word on an order for cpu: whatever was planned from an older view, what is written
 * keeps the band of its owner and the host's capacity. An order outside the band is brought into it, a
 * growth is cut to what is free; an order that would then do nothing, or the opposite of what it was
 * meant to, is refused. Refusing all that does not fit was tried on paper and left hosts that are nearly
 * full without any growth at all.
 */
export interface CpuOrderCase {
  readonly target: CpuLimit;
  readonly current: CpuLimit;
  readonly settings: ResourceSettings;
  /** What this container may hold at most, given all other grants. */
  readonly freeShares: number;
  readonly isHostPressed: boolean;
}

export type Judgement =
  | {
      readonly kind: "write";
      readonly limit: CpuLimit;
      readonly isShrink: boolean;
      readonly cut?: Reason;
    }
  | { readonly kind: "refuse"; readonly reason: Reason };

export function judgeCpuOrder(order: CpuOrderCase): Judgement {
  const { target, current, settings } = order;
  const wanted = target.quotaShares ?? settings.max;
  const inBand = Math.min(Math.max(wanted, settings.min), settings.max);
  const held = grantedShares(current, settings.max);
  if (current.quotaShares !== null && inBand > held) {
    return judgeGrowth(order, { inBand, wanted, held });
  }
  const limit = withShares(target, inBand);
  const isShrink = current.quotaShares === null || inBand < held || isWeaker(limit, current);
  return { kind: "write", limit, isShrink, ...cutOf(wanted, inBand, settings) };
}

function judgeGrowth(
  order: CpuOrderCase,
  shares: { readonly inBand: number; readonly wanted: number; readonly held: number },
): Judgement {
  const { settings } = order;
  // The kernel rounds to whole microseconds: a grant of the very last shares must not round up.
  const freeShares = Math.floor(order.freeShares * 100) / 100;
  const { inBand, wanted, held } = shares;
  if (order.isHostPressed) {
    return refuse("host-pressure", "the host is short of memory or stalls on it: nothing grows");
  }
  // A whole share at least: growing by rounding errors would refill the container for nothing.
  if (freeShares < Math.min(held + 1, inBand)) {
    const free = formatShares(Math.max(0, freeShares - held));
    return refuse("host-full", `the host can grant ${free} shares more`);
  }
  if (freeShares < inBand) {
    const text = `${formatShares(inBand)} shares wanted, the host can grant ${formatShares(freeShares)}`;
    const limit = withShares(order.target, freeShares);
    return { kind: "write", limit, isShrink: false, cut: reason("cut-to-host", text) };
  }
  const limit = withShares(order.target, inBand);
  return { kind: "write", limit, isShrink: false, ...cutOf(wanted, inBand, settings) };
}

function cutOf(
  wanted: number,
  inBand: number,
  settings: ResourceSettings,
): { readonly cut?: Reason } {
  if (wanted > inBand) {
    return {
      cut: reason("above-max", `${formatShares(wanted)} shares are above max ${settings.max}`),
    };
  }
  if (wanted < inBand) {
    return {
      cut: reason("below-min", `${formatShares(wanted)} shares are below min ${settings.min}`),
    };
  }
  return {};
}

/** The same quota, and yet less: a lower burst or a lower claim under contention. */
const isWeaker = (limit: CpuLimit, current: CpuLimit): boolean =>
  limit.burstShares < current.burstShares || limit.weight < current.weight;

/** Of less than a share, the least the kernel takes, nothing can be said in proportion. */
const leastShares = 1;

/** Weight and burst stay in the proportion that the order gave them, where it gave one. */
function withShares(limit: CpuLimit, shares: number): CpuLimit {
  const { quotaShares, periodMs } = limit;
  if (quotaShares === shares) return limit;
  if (quotaShares === null || quotaShares < leastShares) return cpuLimitOfShares(shares, periodMs);
  const scale = shares / quotaShares;
  return {
    ...limit,
    quotaShares: shares,
    burstShares: limit.burstShares * scale,
    weight: limit.weight * scale,
  };
}

const refuse = (code: "host-pressure" | "host-full", text: string): Judgement => ({
  kind: "refuse",
  reason: reason(code, text),
});
