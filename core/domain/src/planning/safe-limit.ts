import type { ScalingRequest } from "../messages/messages.ts";
import { limitInForce } from "../policies/thresholds.ts";
import type { Reason } from "../reason/reason.ts";
import type { Resource } from "../structure/resource.ts";
import type { ResourceSettings } from "../structure/settings.ts";

/** The `policy` of a request towards the safe limit, made by the product for its own reasons. */
export const safeLimitPolicy = "safe-limit";

/** Up to max, for what is in auto; `undefined` for what is there already, or not in auto. */
export function requestSafeLimit(
  structure: Pick<ScalingRequest, "structure" | "id" | "at" | "stamp"> & {
    readonly resource: Resource;
    /** In the resource's unit; `null` = no limit. */
    readonly limit: number | null;
    readonly settings: ResourceSettings;
  },
  why: Reason,
): ScalingRequest | undefined {
  const { limit, settings, ...about } = structure;
  const from = limitInForce(settings, limit);
  if (settings.mode !== "auto" || from >= settings.max) return undefined;
  return {
    ...about,
    amount: settings.max - from,
    from,
    priority: settings.priority,
    isRecommendation: false,
    policy: safeLimitPolicy,
    reason: why,
  };
}
