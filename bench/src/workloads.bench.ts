import { existsSync } from "node:fs";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { whyNoLxc } from "@sc/lxc/testing";
import type { Benchmark } from "./benchmark.ts";
import type { Policies } from "./workloads/arms.ts";
import { measure, type Plan } from "./workloads/measure.ts";
import { nginx } from "./workloads/nginx.ts";
import { postgres } from "./workloads/postgres.ts";
import { rowsOf } from "./workloads/rows.ts";
import type { Run } from "./workloads/runs.ts";
import { sort } from "./workloads/sort.ts";
import { startUp } from "./workloads/start-up.ts";
import type { Workload } from "./workloads/workload.ts";

const workloads: readonly Workload[] = [postgres, sort, nginx, startUp];
/** Arms that are scaled, beside `unlimited` and `fixed`. */
const scaledArms: readonly Policies[] = [
  { cpu: "serverless-rules" },
  { cpu: "burst-quota", mem: "memory-pressure" },
];

export const benchmark: Benchmark = {
  name: "workloads",
  about:
    `${workloads.map(({ name, about }) => `${name}: ${about}`).join(". ")}.\n` +
    "Times are from when something was due. throughput: transactions, answers, pieces or starts a second. " +
    "used, allocated: core-seconds, every write charged; of unlimited all cores; fixed: at the most that an " +
    "unlimited run used in a second. Medians; aaSpread: between unlimited runs that follow each other, in run time " +
    "or p99. Met: run time at most aaSpread + 2 %, p99 at most aaSpread + 5 % above unlimited, at a " +
    "utilization of 0.80. The server runs with its defaults but for the brakes, which are off.",
  bounds: {},
  options: ["pairs", "only", "arms", "seconds", "seed"],
  async run({ isQuick, values }) {
    const interrupted = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
    }
    const runnable = chosen(values.only).filter(isRunnable);
    const plan: Plan = {
      pairs: numberOf("pairs", values.pairs, isQuick ? 1 : 5),
      seconds: numberOf("seconds", values.seconds, isQuick ? 2 : 18),
      warmUpSeconds: isQuick ? 0.5 : 11,
      seed: numberOf("seed", values.seed, 1),
      policies: chosenArms(values.arms?.split(",")),
      signal: interrupted.signal,
      say: (line) => console.error(line),
    };
    const measured: (readonly Run[])[] = [];
    try {
      for (const workload of runnable) measured.push(await measure(workload, plan));
    } catch (error) {
      if (!interrupted.signal.aborted) throw error;
      console.error("interrupted: everything is cleaned up");
      process.exit(130);
    }
    return { rows: measured.flatMap(rowsOf), runs: measured.flat() };
  },
};

/** All where none is named; a name that is none would be missed only when all has run. */
function chosenArms(names: readonly string[] | undefined): readonly Policies[] {
  const known = scaledArms.map(({ cpu }) => cpu);
  if (names?.every((name) => known.includes(name)) === false) {
    throw new Error(`--arms is a list of ${known.join(",")}`);
  }
  return scaledArms.filter(({ cpu }) => names?.includes(cpu) ?? true);
}

function isRunnable(workload: Workload): boolean {
  const why = whyNot(workload);
  if (why !== false) console.error(`skipped ${workload.name}: ${why}`);
  return why === false;
}

function whyNot({ binds, needs }: Workload): string | false {
  const why = whyNoLxc() || whyNoRealGroups();
  if (why !== false) return why;
  const missing = [...binds, ...needs].find((path) => !existsSync(path));
  return missing === undefined ? false : `there is no ${missing}: npm run setup:debian`;
}

function chosen(only: string | undefined): readonly Workload[] {
  if (only === undefined) return workloads;
  const found = workloads.filter(({ name }) => name === only);
  if (found.length > 0) return found;
  throw new Error(`--only is one of ${workloads.map(({ name }) => name).join(", ")}`);
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!(value >= 1)) throw new Error(`--${name} is a number of at least 1`);
  return value;
}
