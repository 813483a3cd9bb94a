/** What was wanted within the last hour, by five minutes: the newest slot is still being filled. */
export interface RecentMost {
  readonly slots: readonly number[];
  /** How long the newest slot has been filled. */
  readonly seconds: number;
}

const slotSeconds = 300;
const slotsMost = 12;

export const nothingWanted: RecentMost = { slots: [], seconds: 0 };

export function withWanted(
  { slots, seconds }: RecentMost,
  now: { readonly wanted: number; readonly seconds: number },
): RecentMost {
  const [newest] = slots;
  if (newest === undefined || seconds >= slotSeconds) {
    return { slots: [now.wanted, ...slots].slice(0, slotsMost), seconds: now.seconds };
  }
  const filled = Math.max(newest, now.wanted);
  return { slots: [filled, ...slots.slice(1)], seconds: seconds + now.seconds };
}

export const mostOfLastHour = ({ slots }: RecentMost): number => Math.max(0, ...slots);
