import type { Retention } from "@sc/ports";

/*
 * How history grows old. Chunks of one tier become one of the next, all of a slot at once:
 *
 *     0 fresh        as they came        a minute
 *     1 raw          as they came        an hour      when the hour is over: fewer rows, better packed
 *     2 ten seconds  one per 10 s        an hour      when they are older than rawHours
 *     3 minute       one per 60 s        a day        when they are older than tenSecondDays
 *       gone                                          when they are older than minuteDays
 */
export interface Tier {
  readonly number: number;
  readonly resolutionSeconds: number;
  readonly slotMs: number;
}

export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const freshTier: Tier = { number: 0, resolutionSeconds: 1, slotMs: minuteMs };
export const tiers: readonly Tier[] = [
  freshTier,
  { number: 1, resolutionSeconds: 1, slotMs: hourMs },
  { number: 2, resolutionSeconds: 10, slotMs: hourMs },
  { number: 3, resolutionSeconds: 60, slotMs: dayMs },
];

export const defaultRetention: Retention = {
  rawHours: 24,
  tenSecondDays: 7,
  minuteDays: 90,
  sizeMaxMib: 2048,
};

/** For how long the slot it goes to must be over for a chunk to leave its tier, milliseconds. */
export function ageToLeave(tier: Tier, retention: Retention): number {
  const ages = [
    minuteMs,
    retention.rawHours * hourMs,
    retention.tenSecondDays * dayMs,
    retention.minuteDays * dayMs,
  ];
  return ages[tier.number] ?? Number.POSITIVE_INFINITY;
}

/** Records are kept as long as the coarsest readings. */
export const recordAgeMs = (retention: Retention): number => retention.minuteDays * dayMs;
