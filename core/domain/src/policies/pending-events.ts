import type { Direction } from "./rescale.ts";

/**
 * The events that still count, oldest first, each as the number of the window it was made in.
 * Counting windows instead of seconds keeps a late or long sample from expiring them.
 */
export interface PendingEvents {
  readonly up: readonly number[];
  readonly down: readonly number[];
}

export const noEvents: PendingEvents = { up: [], down: [] };

export const addEvent = (
  events: PendingEvents,
  direction: Direction,
  window: number,
): PendingEvents => ({ ...events, [direction]: [...events[direction], window] });

/** An event as old as the time-out still counts. */
export function withoutExpired(events: PendingEvents, oldestWindow: number): PendingEvents {
  if (isFresh(events.up, oldestWindow) && isFresh(events.down, oldestWindow)) return events;
  const isCounted = (window: number) => window >= oldestWindow;
  return { up: events.up.filter(isCounted), down: events.down.filter(isCounted) };
}

const isFresh = (windows: readonly number[], oldest: number): boolean =>
  windows[0] === undefined || windows[0] >= oldest;

export const removeOldest = (
  events: PendingEvents,
  direction: Direction,
  count: number,
): PendingEvents => ({ ...events, [direction]: events[direction].slice(count) });
