import { cpuArmNames, type PeriodClass } from "../arms/cpu-arms.ts";
import { memoryArmNames } from "../arms/memory-arms.ts";
import { generatedCpuLoads } from "../loads/cpu-load.ts";
import { generatedMemoryLoads } from "../loads/memory-load.ts";
import type { TraceSeries } from "../traces/series.ts";
import { type FrontierTask, type LoadSource, resourceOf } from "./task.ts";

/** Requests come by chance, so one draw of a short trace says little: the median of five. */
const seedsOfRequests = 5;

export interface FrontierChoice {
  readonly series: readonly TraceSeries[];
  /** Absent: all. */
  readonly policies?: readonly string[];
  readonly firstSeed: number;
}

/** Every run there is to make: each controller on each load, in each period it knows. */
export function planTasks({ series, policies, firstSeed }: FrontierChoice): FrontierTask[] {
  const isChosen = (name: string): boolean => policies?.includes(name) ?? true;
  const sources = sourcesOf(series);
  return sources.flatMap((source) => {
    const seeds = Array.from({ length: seedsFor(source) }, (_, index) => firstSeed + index);
    const isMemory = resourceOf(source) === "mem";
    const names = isMemory ? memoryArmNames : cpuArmNames;
    return names
      .filter(isChosen)
      .flatMap((policy) =>
        (isMemory ? ownPeriod : periodsOf(policy)).flatMap((period) =>
          seeds.map((seed) => ({ source, policy, period, seed })),
        ),
      );
  });
}

function sourcesOf(series: readonly TraceSeries[]): readonly LoadSource[] {
  const traces = series.filter(({ resource }) => resource === "cpu" || resource === "mem");
  if (traces.length > 0) return traces.map((each) => ({ kind: "trace", series: each }));
  return [
    ...generatedCpuLoads.map(({ name }) => ({ kind: "generator", name, resource: "cpu" }) as const),
    ...generatedMemoryLoads.map(
      ({ name }) => ({ kind: "generator", name, resource: "mem" }) as const,
    ),
  ];
}

/** Memory has no period. */
const ownPeriod: readonly PeriodClass[] = ["own"];

const seedsFor = (source: LoadSource): number =>
  source.kind === "trace" && source.series.kind === "requests" ? seedsOfRequests : 1;

/** Only this one chooses the period; all others leave the kernel's default. */
const periodsOf = (policy: string): readonly PeriodClass[] =>
  policy === "burst-quota" ? ["own", "100ms"] : ["100ms"];
