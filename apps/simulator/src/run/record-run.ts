import { defaultSettings } from "@sc/domain";
import { InProcessBus } from "@sc/in-process";
import { evaluateCpu, silentLog } from "@sc/simulation";
import { cpuArm, type PeriodClass } from "../arms/cpu-arms.ts";
import { type CpuLoad, demandOf } from "../loads/cpu-load.ts";
import { RunRecorder } from "./run-recorder.ts";
import type { RunReport } from "./run-report.ts";

export interface RunOptions {
  readonly policy: string;
  readonly load: CpuLoad;
  readonly seed: number;
  readonly seconds: number;
  readonly maxShares: number;
  readonly period: PeriodClass;
}

/** One container through the production services, in virtual time. */
export async function recordRun(options: RunOptions): Promise<RunReport> {
  const { policy, load, seed, seconds, maxShares, period } = options;
  const arm = cpuArm({ name: policy, period, load, seed });
  const recorder = new RunRecorder({
    seconds,
    maxShares,
    isTold: arm.kind === "policy",
    ...(policy === "serverless-rules" ? { boundary: defaultSettings.cpu.boundary } : {}),
  });
  const figures = await evaluateCpu({
    arm,
    demand: demandOf(load, seed),
    seconds,
    maxShares,
    makeBus: () => recorder.watch(new InProcessBus({ log: silentLog })),
    onStep: (step) => recorder.step(step),
  });
  const { changes } = recorder;
  const curves = recorder.curves();
  return { policy, source: load.name, seed, seconds, period, figures, curves, changes };
}
