import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import { type Resource, resourceUnits } from "../structure/resource.ts";
import type { DecisionInput, Observation } from "./policy.ts";
import { limitInForce } from "./thresholds.ts";
import type { Wish } from "./wish.ts";

/** What a decision needs of an observation, and may not be there. */
export interface Known {
  readonly windowSeconds: number;
  readonly used: number;
  /** `null` = no limit. */
  readonly limit: number | null;
}

/** Missing is not zero: what could not be read is nothing to decide on. */
export function knownOf({ windowSeconds, used, limit }: Observation): Known | undefined {
  if (windowSeconds === undefined || used === undefined || limit === undefined) return undefined;
  return { windowSeconds, used, limit };
}

/** Nobody knows what it uses, and has not for long: it gets all it may have; `undefined` = it has. */
export function wishWithoutData(
  resource: Resource,
  { observation, settings }: DecisionInput,
  silentSeconds: number,
): Wish | undefined {
  if (observation.limit === undefined) return undefined;
  const from = limitInForce(settings, observation.limit);
  if (from >= settings.max) return undefined;
  const max = `${formatNumber(settings.max)} ${resourceUnits[resource]}`;
  const text = `no data for ${formatNumber(silentSeconds)} s: towards the safe limit ${max}`;
  return { amount: settings.max - from, from, reason: reason("no-data-for-long", text) };
}

export function missingReason({ observation }: DecisionInput): Reason {
  if (observation.windowSeconds === undefined) {
    return reason("no-window-yet", "usage is known from the second reading on");
  }
  return observation.used === undefined
    ? reason("no-data", "the usage could not be read")
    : reason("no-data", "the limit could not be read");
}
