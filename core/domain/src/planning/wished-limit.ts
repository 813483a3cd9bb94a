import type { ScalingRequest } from "../messages/messages.ts";
import { type Reason, reason } from "../reason/reason.ts";
import {
  formatShares as formatNumber,
  isSameCpuLimit,
  shapedCpuLimit,
} from "../structure/cpu-limit.ts";
import { type Resource, resourceUnits } from "../structure/resource.ts";
import type { PlannedContainer, PlannedResource } from "./planned-container.ts";

/** A request that nothing of its container stands against: the limit it leads to. */
export interface Wish {
  readonly kind: "wish";
  readonly request: ScalingRequest;
  readonly container: PlannedContainer;
  readonly planned: PlannedResource;
  readonly current: number;
  readonly target: number;
}

/** What a request wants of its container as it is now, or what of it stands in the way. */
export function wishOf(
  request: ScalingRequest,
  container: PlannedContainer | undefined,
): Wish | { readonly kind: "held"; readonly reason: Reason } {
  if (container === undefined) return held("unknown-structure", "its usage has not been seen yet");
  if (container.id !== request.id) return held("gone", "the container it was made for is gone");
  const planned = container.resources[request.resource];
  if (planned === undefined) return held("unknown-structure", "its limit is not known yet");
  const { settings } = planned;
  if (settings.mode !== "auto") return held("not-in-auto", `the mode is ${settings.mode}`);
  if (container.isPaused) return held("paused", "paused: no policy writes");
  if (planned.isAwaitingAnswer) return held("write-pending", "the order before it is under way");
  if (planned.refusal !== undefined) return { kind: "held", reason: planned.refusal };
  const current = planned.limit ?? settings.max;
  const target = targetOf(request, planned);
  if (request.amount < 0 && isFloorInTheWay(request, planned, { current, target })) {
    return held("memory-in-use", describeFloor(request.resource, planned));
  }
  const wish: Wish = { kind: "wish", request, container, planned, current, target };
  if (isStillWanted(wish)) return wish;
  return held("unchanged", `the limit is ${formatNumber(current)} already`);
}

/**
 * Also a limit above the owner's max stays there until the use has fallen. And what the floor leaves of a
 * shrink may be too little for one of the few that a host has: the margin in it falls by a trifle with every
 * sample, and each trifle would be an order.
 */
function isFloorInTheWay(
  { from, amount }: ScalingRequest,
  { floor, settings }: PlannedResource,
  { current, target }: Pick<Wish, "current" | "target">,
): boolean {
  if (target >= current) return floor > settings.min;
  if (floor > target) return true;
  const isCut = target > from + amount && floor > settings.min && target < settings.max;
  return isCut && current - target < (current * leastShrinkPercent) / 100;
}

/** Of the limit. */
const leastShrinkPercent = 5;

function isStillWanted({ request, container, current, target }: Wish): boolean {
  const { amount, cpu } = request;
  if (amount > 0) return target > current;
  if (amount < 0) return target < current;
  const { cpuLimit } = container;
  if (cpu === undefined || cpuLimit?.quotaShares !== current || target !== current) return false;
  const wanted = shapedCpuLimit(current, cpu);
  return !isSameCpuLimit(cpuLimit, wanted) || cpuLimit.periodMs !== wanted.periodMs;
}

/**
 * The wish is for a limit: what was changed since then is not changed twice. What is in use is above what
 * was asked for, and below the owner's max.
 */
function targetOf({ from, amount }: ScalingRequest, { floor, settings }: PlannedResource): number {
  const least = Math.max(settings.min, floor);
  return Math.min(Math.max(from + amount, least), settings.max);
}

const describeFloor = (resource: Resource, { floor }: PlannedResource): string =>
  `${formatNumber(floor)} ${resourceUnits[resource]} are in use, margin included`;

const held = (code: Reason["code"], text: string) => ({
  kind: "held" as const,
  reason: reason(code, text),
});
