import type { MonotonicSeconds } from "../units/time.ts";
import type { BrakeSettings } from "./brake-settings.ts";

/** How many shrinks a host had in the last minute, and when; at most as many as are allowed. */
export interface HostBrakes {
  readonly startedAt: MonotonicSeconds;
  readonly shrinks: readonly HostShrinks[];
}

/** Those of one moment: without a bound there may be thousands a minute. */
export interface HostShrinks {
  readonly at: MonotonicSeconds;
  readonly count: number;
}

export const beginHostBrakes = (startedAt: MonotonicSeconds): HostBrakes => ({
  startedAt,
  shrinks: [],
});

export function hostShrinksPerMinute(
  brakes: HostBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): number {
  const isJustStarted = at - brakes.startedAt < settings.afterStartSeconds;
  return isJustStarted ? settings.hostShrinksPerMinuteAfterStart : settings.hostShrinksPerMinute;
}

export const hostShrinksLeft = (
  brakes: HostBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): number => Math.max(hostShrinksPerMinute(brakes, settings, at) - shrinksUntil(brakes, at), 0);

export function recordHostShrinks(
  brakes: HostBrakes,
  at: MonotonicSeconds,
  count: number,
): HostBrakes {
  if (count === 0) return brakes;
  const before = brakes.shrinks.filter((shrinks) => isWithinMinute(shrinks, at));
  const last = before.at(-1);
  if (last?.at !== at) return { ...brakes, shrinks: [...before, { at, count }] };
  return { ...brakes, shrinks: before.with(-1, { at, count: last.count + count }) };
}

/** In the minute before. */
function shrinksUntil({ shrinks }: HostBrakes, at: MonotonicSeconds): number {
  let sum = 0;
  for (const each of shrinks) if (isWithinMinute(each, at)) sum += each.count;
  return sum;
}

const isWithinMinute = (shrinks: HostShrinks, at: MonotonicSeconds): boolean =>
  at - shrinks.at < 60;
