/**
 * How much a request asks for. Three published ways to find an amount, and one clamp for all.
 *
 * The published clamp could inflate a raise, or turn a shrink into a raise, when `lower` was under
 * min; the published ratio could be negative or divide by zero. Here an amount has the sign of its
 * direction or there is none (0), and the limit that results is always between min and max.
 */

import { assertNever } from "../invariant.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { limitInForce, type Thresholds, thresholds } from "./thresholds.ts";

export type Direction = "up" | "down";

export type Rescale =
  /** Always the same signed amount, in the resource's unit. */
  | { readonly kind: "amount"; readonly amount: number }
  /** Puts the usage in the middle of the new band between lower and upper. */
  | { readonly kind: "fit_to_usage" }
  /** The signed amount, times how far usage is beyond the threshold (0 to 1). */
  | { readonly kind: "proportional"; readonly amount: number };

/** Usage and limit of one resource at the end of one window. */
export interface Situation extends Thresholds {
  readonly used: number;
  readonly current: number;
  readonly min: number;
  readonly max: number;
}

export function situationOf(
  settings: ResourceSettings,
  limit: number | null,
  used: number,
): Situation {
  const { margin, upper, lower } = thresholds(settings, limit);
  const current = limitInForce(settings, limit);
  return { used, current, min: settings.min, max: settings.max, margin, upper, lower };
}

/** The signed amount to ask for, 0 when nothing can be asked for in that direction. */
export function rescaleAmount(
  rescale: Rescale,
  direction: Direction,
  situation: Situation,
): number {
  const amount = Math.trunc(rawAmount(rescale, direction, situation));
  return direction === "up" ? clampRaise(amount, situation) : clampShrink(amount, situation);
}

function rawAmount(rescale: Rescale, direction: Direction, situation: Situation): number {
  switch (rescale.kind) {
    case "amount":
      return rescale.amount;
    case "fit_to_usage":
      return fittedLimit(situation) - situation.current;
    case "proportional":
      return rescale.amount * ratioBeyond(direction, situation);
    default:
      return assertNever(rescale);
  }
}

function fittedLimit({ used, margin }: Situation): number {
  return Math.trunc(used + Math.max(Math.trunc(margin / 2), 1) + margin);
}

/** 0 at the threshold, 1 at the limit (up) or at no usage at all (down). */
function ratioBeyond(direction: Direction, situation: Situation): number {
  const { used, current, upper, lower } = situation;
  const span = direction === "up" ? current - upper : lower;
  if (span <= 0) return 0;
  const beyond = direction === "up" ? used - upper : lower - used;
  return Math.min(Math.max(beyond / span, 0), 1);
}

function clampRaise(amount: number, { current, min, max }: Situation): number {
  if (amount <= 0) return 0;
  return Math.max(Math.min(Math.max(current + amount, min), max) - current, 0);
}

/** The floor is where `lower` reaches min, so that the band itself stays above it. */
function clampShrink(amount: number, { lower, min }: Situation): number {
  if (amount >= 0) return 0;
  return Math.min(Math.max(amount, min - lower), 0);
}
