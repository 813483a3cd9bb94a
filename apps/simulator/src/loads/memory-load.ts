import {
  cacheGrowth,
  leak,
  type MemoryShape,
  memoryStep,
  recordedMemory,
  sawTooth,
} from "@sc/simulation";
import type { TraceSeries } from "../traces/series.ts";

/** What a container holds of memory over time. */
export interface MemoryLoad {
  readonly name: string;
  readonly seconds: number;
  readonly shape: MemoryShape;
}

const daySeconds = 86_400;

export const memoryLoadOfTrace = (series: TraceSeries): MemoryLoad => ({
  name: series.trace,
  seconds: Math.min(series.values.length * series.stepSeconds, daySeconds),
  shape: recordedMemory(series),
});

const generatedSeconds = 1800;
const generated = (name: string, shape: MemoryShape): MemoryLoad => ({
  name,
  seconds: generatedSeconds,
  shape,
});

/** What each does stands in docs/operating/simulating.md. */
export const generatedMemoryLoads: readonly MemoryLoad[] = [
  generated("leak", leak({ mib: 200, mibPerSecond: 0.5 })),
  generated("cache-growth", cacheGrowth({ usedMib: 256, cachedMib: 2048, mibPerSecond: 4 })),
  generated("memory-step", memoryStep({ mib: 256, toMib: 2048, atSeconds: 900 })),
  generated("saw-tooth", sawTooth({ lowMib: 200, highMib: 600, everySeconds: 30 })),
];
