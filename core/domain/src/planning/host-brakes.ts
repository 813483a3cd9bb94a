import type { MonotonicSeconds } from "../units/time.ts";
import type { BrakeSettings } from "./brake-settings.ts";

/** How many shrinks a host had in the last minute; at most as many entries as are allowed. */
export interface HostBrakes {
  readonly startedAt: MonotonicSeconds;
  readonly shrinksAt: readonly MonotonicSeconds[];
}

export const beginHostBrakes = (startedAt: MonotonicSeconds): HostBrakes => ({
  startedAt,
  shrinksAt: [],
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
): number =>
  Math.max(hostShrinksPerMinute(brakes, settings, at) - lastMinute(brakes, at).length, 0);

export function recordHostShrinks(
  brakes: HostBrakes,
  at: MonotonicSeconds,
  count: number,
): HostBrakes {
  if (count === 0) return brakes;
  const added = Array.from({ length: count }, () => at);
  return { ...brakes, shrinksAt: [...lastMinute(brakes, at), ...added] };
}

const lastMinute = (brakes: HostBrakes, at: MonotonicSeconds): readonly MonotonicSeconds[] =>
  brakes.shrinksAt.filter((shrunkAt) => at - shrunkAt < 60);
