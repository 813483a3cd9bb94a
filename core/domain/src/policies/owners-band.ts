import { reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { Resource } from "../structure/resource.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { describeUse } from "./describe-situation.ts";
import type { Wish } from "./wish.ts";

/** The kernel keeps whole microseconds and pages: what was written as max may be read as a trifle more. */
const rounding = 0.01;

/** An owner who moved min or max past the limit is not kept waiting for the usage to move. */
export function wishInsideOwnersBand(
  resource: Resource,
  settings: Pick<ResourceSettings, "min" | "max">,
  { limit, used }: { readonly limit: number | null; readonly used: number },
): Wish | undefined {
  if (limit === null) return undefined;
  const { min, max } = settings;
  const use = describeUse(resource, used, limit);
  if (limit > max + rounding) {
    const text = `${use}; the limit is above max ${formatNumber(max)}`;
    return { amount: max - limit, from: limit, reason: reason("above-max", text) };
  }
  if (limit < min - rounding) {
    const text = `${use}; the limit is below min ${formatNumber(min)}`;
    return { amount: min - limit, from: limit, reason: reason("below-min", text) };
  }
  return undefined;
}
