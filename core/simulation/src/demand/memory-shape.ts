/** What a program holds of memory if nothing stops it, as functions of time. */
export interface MemoryShape {
  /** What cannot be reclaimed. */
  usedMibAt(seconds: number): number;
  /** Page cache on top of it. */
  cachedMibAt(seconds: number): number;
}

const nothing = (): number => 0;

/** Grows for ever and never pays it back. */
export const leak = (options: {
  readonly mib: number;
  readonly mibPerSecond: number;
}): MemoryShape => ({
  usedMibAt: (seconds) => options.mib + options.mibPerSecond * seconds,
  cachedMibAt: nothing,
});

/** Reads files, so that the kernel keeps more and more of them. */
export const cacheGrowth = (options: {
  readonly usedMib: number;
  readonly cachedMib: number;
  readonly mibPerSecond: number;
}): MemoryShape => ({
  usedMibAt: () => options.usedMib,
  cachedMibAt: (seconds) => Math.min(options.cachedMib, options.mibPerSecond * seconds),
});

/** Takes all it needs for something at once: as fast as a thread can touch pages. */
export const memoryStep = (options: {
  readonly mib: number;
  readonly toMib: number;
  readonly atSeconds: number;
  /** Default 500. */
  readonly mibPerSecond?: number;
}): MemoryShape => ({
  usedMibAt: (seconds) => {
    const grown = Math.max(0, seconds - options.atSeconds) * (options.mibPerSecond ?? 500);
    return Math.min(options.mib + grown, options.toMib);
  },
  cachedMibAt: nothing,
});

/** Collects garbage: grows evenly, and falls at once. */
export const sawTooth = (options: {
  readonly lowMib: number;
  readonly highMib: number;
  readonly everySeconds: number;
}): MemoryShape => ({
  usedMibAt: (seconds) => {
    const part = (seconds / options.everySeconds) % 1;
    return options.lowMib + (options.highMib - options.lowMib) * part;
  },
  cachedMibAt: nothing,
});

/** What someone measured, one value a step, evenly from the middle of one step to that of the next. */
export function recordedMemory(series: {
  readonly stepSeconds: number;
  readonly values: Float64Array;
}): MemoryShape {
  const { stepSeconds, values } = series;
  const last = values.length - 1;
  return {
    usedMibAt: (seconds) => {
      const place = Math.min(Math.max(0, seconds / stepSeconds - 0.5), last);
      const index = Math.floor(place);
      const value = values[index] ?? 0;
      return value + ((values[index + 1] ?? value) - value) * (place - index);
    },
    cachedMibAt: nothing,
  };
}
