import type { Reason } from "../reason/reason.ts";
import { type CpuLimit, cpuLimitOfShares } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { judgeAmount } from "./judge-amount.ts";

/** An order for cpu: its quota is judged as any amount, burst and weight follow it in proportion. */
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
  const { target, current, settings, freeShares, isHostPressed } = order;
  const judged = judgeAmount({
    resource: "cpu",
    target: target.quotaShares,
    current: current.quotaShares,
    settings,
    free: freeShares,
    isHostPressed,
    floor: 0,
  });
  if (judged.kind === "refuse") return judged;
  const { amount, cut } = judged;
  const limit = withShares(target, amount);
  const isGrowth = current.quotaShares !== null && amount > current.quotaShares;
  const isShrink = judged.isShrink || (!isGrowth && isWeaker(limit, current));
  return { kind: "write", limit, isShrink, ...(cut !== undefined && { cut }) };
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
