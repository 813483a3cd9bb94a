import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import { type Resource, resourceUnits } from "../structure/resource.ts";
import type { Direction, Situation } from "./rescale.ts";

/** `used 42 of 100 shares`: how every sentence about a decision begins. */
export const describeUse = (resource: Resource, used: number, current: number): string =>
  `used ${formatNumber(used)} of ${formatNumber(current)} ${resourceUnits[resource]}`;

/** Why a request was made; the sentence says what was seen. */
export function requestReason(
  resource: Resource,
  direction: Direction,
  situation: Situation,
): Reason {
  const use = describeUse(resource, situation.used, situation.current);
  return direction === "up"
    ? reason("usage-above-upper", `${use}, above ${formatNumber(situation.upper)}`)
    : reason("usage-below-lower", `${use}, below ${formatNumber(situation.lower)}`);
}
