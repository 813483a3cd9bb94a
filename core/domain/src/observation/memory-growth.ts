import type { MonotonicSeconds } from "../units/time.ts";

/** How fast the memory of a container grew at most within the last minute. */
export interface MemoryGrowth {
  readonly mibPerSecond: number;
  readonly at: MonotonicSeconds;
}

/** A peak counts for so long; then the growth of now takes its place. */
const peakSeconds = 60;
/** Kept free of every container, however still it stands: what one allocation may take at once. */
const leastMarginMib = 16;
/** The margin holds so many samples: one that is read too late, and one until the answer is written. */
const marginSamples = 2;

/** Shrinking counts as no growth. */
export function withMemoryReading(
  growth: MemoryGrowth | undefined,
  reading: { readonly addedMib: number; readonly seconds: number; readonly at: MonotonicSeconds },
): MemoryGrowth {
  const mibPerSecond = Math.max(reading.addedMib / reading.seconds, 0);
  const isPast = growth === undefined || reading.at - growth.at > peakSeconds;
  return isPast || mibPerSecond >= growth.mibPerSecond ? { mibPerSecond, at: reading.at } : growth;
}

/** What must stay free above what is in use, so that growth meets a higher limit and not the end. */
export const memoryMarginMib = (growth: MemoryGrowth | undefined, sampleSeconds: number): number =>
  Math.max((growth?.mibPerSecond ?? 0) * sampleSeconds * marginSamples, leastMarginMib);
