import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import { type Resource, resourceUnits } from "../structure/resource.ts";
import type { ResourceSettings } from "../structure/settings.ts";

/**
 * The agent's last word on how much one limit may be: whatever was planned from an older view, what is
 * written keeps what is in use, the band of its owner and the host's capacity. An amount outside the band
 * is brought into it, a growth is cut to what is free; what would then do nothing, or the opposite of what
 * it was meant to, is refused. Refusing all that does not fit was tried on paper and left hosts that are
 * nearly full without any growth at all.
 *
 * Where they collide: safety of the host > memory in use > max > min.
 */
export interface AmountCase {
  readonly resource: Resource;
  /** `null` = as much as there may be. */
  readonly target: number | null;
  /** `null` = no limit. */
  readonly current: number | null;
  readonly settings: Pick<ResourceSettings, "min" | "max">;
  /** What this container may hold at most, given all other grants. */
  readonly free: number;
  readonly isHostPressed: boolean;
  /** No limit may be below; 0 where nothing is lost by a low limit. */
  readonly floor: number;
}

export type AmountJudgement =
  | {
      readonly kind: "write";
      readonly amount: number;
      /** Lower than what is held now. */
      readonly isShrink: boolean;
      readonly cut?: Reason;
    }
  | { readonly kind: "refuse"; readonly reason: Reason };

export function judgeAmount(order: AmountCase): AmountJudgement {
  const { current, settings, floor } = order;
  const wanted = order.target ?? settings.max;
  const inBand = Math.min(Math.max(wanted, settings.min), settings.max);
  const held = current ?? settings.max;
  if (current !== null && inBand > held) return judgeGrowth(order, { inBand, wanted, held });
  if (floor <= inBand) {
    const isShrink = current === null || inBand < held;
    return { kind: "write", amount: inBand, isShrink, ...cutOf(order, wanted, inBand) };
  }
  const inUse = `${formatNumber(floor)} ${resourceUnits[order.resource]} are in use, margin included`;
  // Above max nothing is written either: the limit stays until the use has fallen.
  if (floor > settings.max || (current !== null && floor >= held)) {
    return { kind: "refuse", reason: reason("memory-in-use", inUse) };
  }
  return { kind: "write", amount: floor, isShrink: true, cut: reason("memory-in-use", inUse) };
}

function judgeGrowth(
  order: AmountCase,
  amounts: { readonly inBand: number; readonly wanted: number; readonly held: number },
): AmountJudgement {
  const { inBand, wanted, held } = amounts;
  const unit = resourceUnits[order.resource];
  // The kernel rounds to whole units of its own: a grant of the very last must not round up.
  const free = Math.floor(order.free * 100) / 100;
  const preventsKill = order.floor > held;
  if (order.isHostPressed && !preventsKill) {
    return refuse("host-pressure", "the host is short of memory or stalls on it: nothing grows");
  }
  // A whole unit at least: growing by rounding errors would refill the container for nothing.
  if (free < Math.min(held + 1, inBand)) {
    const left = formatNumber(Math.max(0, free - held));
    return refuse("host-full", `the host can grant ${left} ${unit} more`);
  }
  if (free < inBand) {
    const text = `${formatNumber(inBand)} ${unit} wanted, the host can grant ${formatNumber(free)}`;
    return { kind: "write", amount: free, isShrink: false, cut: reason("cut-to-host", text) };
  }
  return { kind: "write", amount: inBand, isShrink: false, ...cutOf(order, wanted, inBand) };
}

function cutOf(
  { resource, settings }: AmountCase,
  wanted: number,
  inBand: number,
): { readonly cut?: Reason } {
  const what = `${formatNumber(wanted)} ${resourceUnits[resource]} are`;
  if (wanted > inBand) return { cut: reason("above-max", `${what} above max ${settings.max}`) };
  if (wanted < inBand) return { cut: reason("below-min", `${what} below min ${settings.min}`) };
  return {};
}

const refuse = (code: "host-pressure" | "host-full", text: string): AmountJudgement => ({
  kind: "refuse",
  reason: reason(code, text),
});
