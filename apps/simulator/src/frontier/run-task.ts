import { invariant } from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { evaluateCpu, evaluateNeighbour, silentLog } from "@sc/simulation";
import { cpuArm } from "../arms/cpu-arms.ts";
import { type CpuLoad, demandOf, generatedCpuLoads, loadOfTrace } from "../loads/cpu-load.ts";
import type { FrontierFigures, FrontierTask, LoadSource } from "./task.ts";

/** Every container may use 16 cores, and begins with them. */
const maxShares = 1600;

const makeBus = () => new InProcessBus({ log: silentLog });

/** The same figures, bit for bit, wherever and whenever it is run. */
export async function runTask({
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
  const neighbourP99Ms = await evaluateNeighbour({ arm, seed, makeBus });
  // A cpu limit kills nobody.
  const kills = 0;
  return {
    ...{ utilization, throttledRatio, p99BacklogMs, p999BacklogMs },
    ...{ changesPerMinute, neighbourP99Ms, kills },
  };
}

function loadOf(source: LoadSource): CpuLoad {
  if (source.kind === "trace") return loadOfTrace(source.series);
  const load = generatedCpuLoads.find(({ name }) => name === source.name);
  invariant(load !== undefined, "a generator that was planned is there");
  return load;
}
