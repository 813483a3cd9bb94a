import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import { type Resource, resourceUnits } from "../structure/resource.ts";
import type { PendingEvents } from "./pending-events.ts";
import type { Direction, Situation } from "./rescale.ts";
import type { RequestRule } from "./rules.ts";

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

/** Why nothing was asked for. */
export function holdReason(
  resource: Resource,
  situation: Situation,
  pending: { readonly events: PendingEvents; readonly rules: readonly RequestRule[] },
): Reason {
  const { used, current, upper, lower, min, max } = situation;
  const use = describeUse(resource, used, current);
  if (used > upper) {
    return current >= max
      ? reason("at-max", `${use}, above ${formatNumber(upper)}, and the limit is at its max`)
      : reason("not-enough-events", `${use}, above ${formatNumber(upper)}${count("up", pending)}`);
  }
  if (used < lower) {
    return lower <= min
      ? reason(
          "at-min",
          `${use}; the band under a lower limit would go below min ${formatNumber(min)}`,
        )
      : reason(
          "not-enough-events",
          `${use}, below ${formatNumber(lower)}${count("down", pending)}`,
        );
  }
  const band = `inside the band ${formatNumber(lower)} to ${formatNumber(upper)}`;
  return reason("inside-band", `${use}, ${band}`);
}

function count(
  direction: Direction,
  { events, rules }: { readonly events: PendingEvents; readonly rules: readonly RequestRule[] },
): string {
  const rule = rules.find((candidate) => candidate.direction === direction);
  if (rule === undefined) return "; no rule asks for a change";
  return `: ${events[direction].length} of ${rule.eventsToRemove} events`;
}
