import { invariant } from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import {
  type CpuArm,
  evaluateCpu,
  evaluateMemory,
  evaluateNeighbour,
  memoryBandOf,
  silentLog,
} from "@sc/simulation";
import { cpuArm } from "../arms/cpu-arms.ts";
import { memoryArm } from "../arms/memory-arms.ts";
import { type CpuLoad, demandOf, generatedCpuLoads, loadOfTrace } from "../loads/cpu-load.ts";
import { generatedMemoryLoads, type MemoryLoad, memoryLoadOfTrace } from "../loads/memory-load.ts";
import { type FrontierFigures, type FrontierTask, type LoadSource, resourceOf } from "./task.ts";

/** Every container may use 16 cores, and begins with them. */
const maxShares = 1600;

const makeBus = () => new InProcessBus({ log: silentLog });

/** The same figures, bit for bit, wherever and whenever it is run. */
export const runTask = (task: FrontierTask): Promise<FrontierFigures> =>
  resourceOf(task.source) === "mem" ? runMemoryTask(task) : runCpuTask(task);

async function runMemoryTask({ source, policy }: FrontierTask): Promise<FrontierFigures> {
  const load = memoryLoadOf(source);
  const { shape: program, seconds } = load;
  const arm = memoryArm(policy, load);
  const band = memoryBandOf(program, seconds);
  const figures = await evaluateMemory({ arm, program, seconds, ...band, makeBus });
  const { utilization, changesPerMinute, kills } = figures;
  // No cpu limit is in the way.
  const throttledRatio = 0;
  const none = { p99BacklogMs: null, p999BacklogMs: null, neighbourP99Ms: null };
  return { utilization, throttledRatio, ...none, changesPerMinute, kills };
}

function memoryLoadOf(source: LoadSource): MemoryLoad {
  if (source.kind === "trace") return memoryLoadOfTrace(source.series);
  const load = generatedMemoryLoads.find(({ name }) => name === source.name);
  invariant(load !== undefined, "a generator that was planned is there");
  return load;
}

async function runCpuTask({
  source,
  policy,
  period,
  seed,
}: FrontierTask): Promise<FrontierFigures> {
  const load = loadOf(source);
  const arm = cpuArm({ name: policy, period, load, seed });
  const demand = demandOf(load, seed);
  const { seconds } = load;
  const figures = await evaluateCpu({ arm, demand, seconds, maxShares, makeBus });
  const { utilization, throttledRatio, p99BacklogMs, p999BacklogMs, changesPerMinute } = figures;
  const neighbourP99Ms = await neighbourUnder(arm, { period, seed });
  // A cpu limit kills nobody.
  const kills = 0;
  return {
    ...{ utilization, throttledRatio, p99BacklogMs, p999BacklogMs },
    ...{ changesPerMinute, neighbourP99Ms, kills },
  };
}

/** It is the same beside any load, as its own neighbours have theirs: found out once for each controller. */
const neighbours = new Map<string, Promise<number>>();

function neighbourUnder(
  arm: CpuArm,
  { period, seed }: Pick<FrontierTask, "period" | "seed">,
): Promise<number> {
  const name = arm.kind === "policy" ? arm.name : arm.peer.name;
  const key = JSON.stringify([name, period, seed]);
  const known = neighbours.get(key) ?? evaluateNeighbour({ arm, seed, makeBus });
  neighbours.set(key, known);
  return known;
}

function loadOf(source: LoadSource): CpuLoad {
  if (source.kind === "trace") return loadOfTrace(source.series);
  const load = generatedCpuLoads.find(({ name }) => name === source.name);
  invariant(load !== undefined, "a generator that was planned is there");
  return load;
}
