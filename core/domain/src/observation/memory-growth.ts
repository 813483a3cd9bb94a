import type { MonotonicSeconds } from "../units/time.ts";

/** The fastest growth of a container's memory that still counts, and when it was. */
export interface MemoryGrowth {
  readonly mibPerSecond: number;
  readonly at: MonotonicSeconds;
}

/**
 * A peak counts in full for so long, then it halves and halves again: what grew fast once is likely to do
 * so again, and forgetting it from one moment to the next left no room for the second time.
 *
 *     500 MiB/s, margin of two samples of 0.1 s: for a minute 100 MiB, after 6 min 50, after 14 min 16
 */
const peakSeconds = 60;
const halfLifeSeconds = 300;
/** The margin holds so many samples: one that is read too late, and one until the answer is written. */
const marginSamples = 2;
/**
 * Kept free of every container, however still it stands: what one allocation may take at once. An eighth
 * of what is in use, within these bounds: 16 MiB for each would double a container of 16.
 */
const leastMargin = { shareOfUse: 1 / 8, lowestMib: 2, highestMib: 16 } as const;

/** Shrinking counts as no growth. */
export function withMemoryReading(
  growth: MemoryGrowth | undefined,
  reading: { readonly addedMib: number; readonly seconds: number; readonly at: MonotonicSeconds },
): MemoryGrowth {
  const mibPerSecond = Math.max(reading.addedMib / reading.seconds, 0);
  const isHigher = growth === undefined || mibPerSecond >= rememberedRate(growth, reading.at);
  return isHigher ? { mibPerSecond, at: reading.at } : growth;
}

function rememberedRate(growth: MemoryGrowth, at: MonotonicSeconds): number {
  const agedSeconds = Math.max(at - growth.at - peakSeconds, 0);
  return growth.mibPerSecond * 0.5 ** (agedSeconds / halfLifeSeconds);
}

/** What must stay free above what is in use, so that growth meets a higher limit and not the end. */
export function memoryMarginMib(
  growth: MemoryGrowth | undefined,
  of: { readonly usedMib: number; readonly sampleSeconds: number; readonly at: MonotonicSeconds },
): number {
  const rate = growth === undefined ? 0 : rememberedRate(growth, of.at);
  return Math.max(rate * of.sampleSeconds * marginSamples, leastMemoryMarginMib(of.usedMib));
}

export function leastMemoryMarginMib(usedMib: number): number {
  const { shareOfUse, lowestMib, highestMib } = leastMargin;
  return Math.min(Math.max(usedMib * shareOfUse, lowestMib), highestMib);
}
