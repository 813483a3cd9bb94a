/**
 * More memory for a container whose tasks stand still at their limit. Whatever the policy makes of
 * the usage, waiting is worse than a limit that is too high: the next shrink takes it back. Each raise
 * costs the tasks a sample of standing still, so the steps grow with the limit:
 *
 *     limit 128 MiB → + 64,   512 → + 128,   4096 → + 1024
 */
import type { ScalingRequest } from "../messages/messages.ts";
import { reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";

/** The `policy` of such a request. */
export const memoryWaitPolicy = "memory-wait";
const leastMib = 64;
const stepPercent = 25;

/** `undefined` at max, without a limit, and where the limit is not scaled. */
export function requestMoreMemory(
  structure: Pick<ScalingRequest, "structure" | "id" | "at" | "stamp"> & {
    readonly limitMib: number | null | undefined;
    readonly settings: ResourceSettings;
  },
): ScalingRequest | undefined {
  const { limitMib, settings, ...about } = structure;
  if (typeof limitMib !== "number" || limitMib >= settings.max) return undefined;
  if (settings.mode === "observe") return undefined;
  const wanted = Math.max((limitMib * stepPercent) / 100, leastMib);
  return {
    ...about,
    resource: "mem",
    amount: Math.min(wanted, settings.max - limitMib),
    from: limitMib,
    priority: settings.priority,
    isRecommendation: settings.mode === "recommend",
    policy: memoryWaitPolicy,
    reason: reason(
      "waits-for-memory",
      `its tasks wait at the limit of ${formatNumber(limitMib)} MiB`,
    ),
  };
}
