import { statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { RealContainer } from "@sc/lxc/testing";
import { kernelKills, usedCoreSeconds } from "./accounts.ts";
import { type Arm, fixed, type Policies, scaled, unlimited } from "./arms.ts";
import { LimitObserver } from "./limit-observer.ts";
import { LoadGroup } from "./load-group.ts";
import { type Run, runOf, type Seen } from "./runs.ts";
import type { Load, Stage, Workload } from "./workload.ts";

export interface Plan extends Omit<Load, "begin"> {
  readonly pairs: number;
  /** What decides in the arms that are scaled. */
  readonly policies: readonly Policies[];
  say(line: string): void;
}

/**
 * One workload in all arms, in one container and under the same load. An unlimited run comes first, and
 * again after each pair's runs of the other arms, whose order turns round from pair to pair.
 */
export async function measure(workload: Workload, plan: Plan): Promise<readonly Run[]> {
  await using stack = new AsyncDisposableStack();
  const group = stack.use(new LoadGroup());
  const container = new RealContainer("workload-");
  stack.defer(() => container.close());
  const stage = { container, group };
  make(container, workload);
  await workload.prepare(stage, plan.signal);
  const runs: Run[] = [];
  const runIn = async (arm: Arm, pair: number): Promise<void> => {
    const run = await runOnce({ workload, stage, plan, arm, pair });
    plan.say(lineOf(run));
    runs.push(run);
  };
  const limitShares = await highestShares(container, () => runIn(unlimited, 0));
  plan.say(`${workload.name}: fixed is ${limitShares} shares, the most it used in a second`);
  const arms = [fixed(limitShares), ...plan.policies.map(scaled)];
  for (let pair = 1; pair <= plan.pairs; pair += 1) {
    const others = pair % 2 === 1 ? arms : arms.toReversed();
    for (const arm of [...others, unlimited]) await runIn(arm, pair);
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

/** The most it uses in any second of a run: what a person would see who watches it. */
async function highestShares(container: RealContainer, run: () => Promise<void>): Promise<number> {
  const ended = new AbortController();
  const watching = watchHighest(container, ended.signal);
  try {
    await run();
  } finally {
    ended.abort();
  }
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
  using observer = new LimitObserver(container);
  const killsBefore = kernelKills(container);
  const usedByLoadBefore = stage.group.usedCoreSeconds();
  let began: Pick<Seen, "beganMs" | "before"> | undefined;
  let kernelBefore = Number.NaN;
  const load: Load = {
    ...plan,
    async begin() {
      const before = await held.account();
      kernelBefore = usedCoreSeconds(container);
      observer.take();
      began = { before, beganMs: Date.now() };
    },
  };
  const done = await workload.run(stage, load);
  if (began === undefined) throw new Error(`${workload.name} ended before it began to count`);
  const usedByKernel = usedCoreSeconds(container) - kernelBefore;
  const after = await held.account();
  const observed = observer.take();
  const kills = kernelKills(container) - killsBefore;
  const usedByLoad = stage.group.usedCoreSeconds() - usedByLoadBefore;
  const explained = await held.explain();
  const names = { workload: workload.name, arm: arm.name, pair };
  return runOf(names, {
    ...began,
    done,
    after,
    usedByKernel,
    kills,
    explained,
    observed,
    usedByLoad,
  });
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
    ...(run.kills > 0 ? [`${run.kills} KILLED by the kernel`] : []),
  ];
  return `${run.workload} ${run.pair} ${run.arm}: ${figures.join(", ")}`;
}
