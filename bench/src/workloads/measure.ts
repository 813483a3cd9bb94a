import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { RealContainer } from "@sc/lxc/testing";
import { type Account, kernelAccountant, usedCoreSeconds } from "./accounts.ts";
import { type Arm, fixed, scaled, unlimited } from "./arms.ts";
import { LoadGroup } from "./load-group.ts";
import { type Run, runOf } from "./runs.ts";
import type { Load, Stage, Workload } from "./workload.ts";

export interface Plan {
  readonly pairs: number;
  /** Of each run, the warm-up included. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Those that move the limit. */
  readonly policies: readonly string[];
  readonly signal: AbortSignal;
  say(line: string): void;
}

/**
 * One workload in all arms, in one container. A pair begins and ends with an unlimited run; the arms
 * between them come in one order in odd pairs and in the other in even ones, all under the same load.
 */
export async function measure(workload: Workload, plan: Plan): Promise<readonly Run[]> {
  await using stack = new AsyncDisposableStack();
  const group = stack.use(new LoadGroup());
  const container = new RealContainer("workload-");
  stack.defer(() => container.close());
  const stage = { container, group };
  make(container, workload);
  await workload.prepare(stage, plan.signal);
  const limitShares = await highestShares(workload, stage, plan);
  plan.say(`${workload.name}: fixed at ${limitShares} shares, the most it used in a second`);
  const arms = [fixed(limitShares), ...plan.policies.map(scaled)];
  const runs: Run[] = [];
  for (let pair = 1; pair <= plan.pairs; pair += 1) {
    const between = pair % 2 === 1 ? arms : arms.toReversed();
    for (const arm of [unlimited, ...between, unlimited]) {
      const run = await runOnce({ workload, stage, plan, arm, pair });
      runs.push(run);
      plan.say(lineOf(run));
    }
  }
  return runs;
}

function make(container: RealContainer, { binds, program }: Workload): void {
  const lines = binds.map((path) => {
    const kind = statSync(path).isDirectory() ? "dir" : "file";
    const escaped = path.replaceAll(" ", "\\040");
    return `lxc.mount.entry = ${escaped} ${escaped.slice(1)} none ro,bind,create=${kind} 0 0`;
  });
  if (program === undefined) container.create(lines);
  else container.createWithProgram(program, lines);
  container.start();
}

/** The most it uses in any second of an unlimited run: what a person would see who watches it. */
async function highestShares(workload: Workload, stage: Stage, plan: Plan): Promise<number> {
  const ended = new AbortController();
  const watching = watchHighest(stage.container, ended.signal);
  await runOnce({ workload, stage, plan, arm: unlimited, pair: 0 });
  ended.abort();
  return watching;
}

async function watchHighest(container: RealContainer, ended: AbortSignal): Promise<number> {
  let highest = 0;
  let [lastUsed, lastAt] = [usedCoreSeconds(container), performance.now()];
  for (;;) {
    const isOver = await delay(1000, false, { signal: ended }).catch(() => true);
    if (isOver) return Math.ceil(highest);
    const [used, at] = [usedCoreSeconds(container), performance.now()];
    highest = Math.max(highest, ((used - lastUsed) / (at - lastAt)) * 100_000);
    [lastUsed, lastAt] = [used, at];
  }
}

async function runOnce(deps: {
  readonly workload: Workload;
  readonly stage: Stage;
  readonly plan: Plan;
  readonly arm: Arm;
  readonly pair: number;
}): Promise<Run> {
  const { workload, stage, plan, arm, pair } = deps;
  plan.signal.throwIfAborted();
  const { container } = stage;
  await using held = await arm.begin(container);
  const kernel = kernelAccountant(container, null);
  let began: { atMs: number; before: Account; kernelBefore: Account } | undefined;
  const load: Load = {
    seconds: plan.seconds,
    warmUpSeconds: plan.warmUpSeconds,
    seed: pair,
    signal: plan.signal,
    async begin() {
      const before = await held.account();
      began = { before, kernelBefore: await kernel(), atMs: Date.now() };
    },
  };
  const done = await workload.run(stage, load);
  if (began === undefined) throw new Error(`${workload.name} ended before it began to count`);
  const { atMs: beganMs, before, kernelBefore } = began;
  const usedByKernel = (await kernel()).usedCoreSeconds - kernelBefore.usedCoreSeconds;
  const after = await held.account();
  const names = { workload: workload.name, arm: arm.name, pair };
  return runOf(names, { beganMs, done, before, after, usedByKernel });
}

function lineOf(run: Run): string {
  const figure = (value: number): string => value.toFixed(value < 10 ? 2 : 1);
  const figures = [
    `run ${figure(run.runSeconds)} s`,
    `p50 ${figure(run.p50Ms)} ms`,
    `p99 ${figure(run.p99Ms)} ms`,
    `used ${figure(run.used)} of ${figure(run.allocated)}`,
    `throttled ${figure(run.throttledSeconds)} s`,
    `${run.changes} changes`,
  ];
  return `${run.workload} ${run.pair} ${run.arm}: ${figures.join(", ")}`;
}
