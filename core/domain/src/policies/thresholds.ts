import type { Boundary, ResourceSettings } from "../structure/settings.ts";

/** The margin under a limit, and the two thresholds it yields. */
export interface Thresholds {
  readonly margin: number;
  /** Usage above it asks for more. */
  readonly upper: number;
  /** Usage below it asks for less. Negative near the minimum: then nothing is below it. */
  readonly lower: number;
}

/**
 * Always computed from the limit of now and never stored, so a threshold cannot be stale. Truncated
 * to whole units as published. `current` above max counts as max, no limit (`null`) too.
 */
export function thresholds(
  settings: Pick<ResourceSettings, "max" | "boundary">,
  current: number | null,
): Thresholds {
  const limit = limitInForce(settings, current);
  const margin = marginOf(settings.boundary, settings.max, limit);
  const upper = Math.trunc(limit - margin);
  return { margin, upper, lower: Math.trunc(upper - margin) };
}

/** The limit a decision is made from: what is applied, at most max. */
export const limitInForce = (
  settings: Pick<ResourceSettings, "max">,
  current: number | null,
): number => (current === null ? settings.max : Math.min(current, settings.max));

/** At least one unit, so that upper is always under the limit. */
function marginOf(boundary: Boundary, max: number, current: number): number {
  const reference = boundary.of === "max" ? max : current;
  return Math.max(Math.trunc((reference * boundary.percent) / 100), 1);
}
