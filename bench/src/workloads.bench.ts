import { existsSync } from "node:fs";
import { whyNoLxc } from "@sc/lxc/testing";
import type { Benchmark, BenchmarkResult } from "./benchmark.ts";
import { measure, type Plan } from "./workloads/measure.ts";
import { nginx } from "./workloads/nginx.ts";
import { postgres } from "./workloads/postgres.ts";
import { type Row, rowsOf } from "./workloads/rows.ts";
import type { Run } from "./workloads/runs.ts";
import { sort } from "./workloads/sort.ts";
import { startUp } from "./workloads/start-up.ts";
import type { Workload } from "./workloads/workload.ts";

const workloads: readonly Workload[] = [postgres, sort, nginx, startUp];
const policies = ["serverless-rules"];

export const benchmark: Benchmark = {
  name: "workloads",
  about:
    `${workloads.map(({ name, about }) => `${name}: ${about}`).join(". ")}.\n` +
    "Times are from when something was due. throughput: transactions, answers, pieces or starts a second. " +
    "used, allocated: core-seconds, every write charged; of unlimited all cores; fixed: at the most that an " +
    "unlimited run used in a second. Medians of the pairs; aaSpread: of the two unlimited runs of a pair, in run " +
    "time or p99. Met: run time at most aaSpread + 2 %, p99 at most aaSpread + 5 % above unlimited, at a " +
    "utilization of 0.80. The server runs with its defaults but for the brakes, which are off.",
  bounds: {},
  options: ["pairs", "only", "seconds"],
  async run({ isQuick, values }) {
    const interrupted = new AbortController();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
    }
    const plan: Plan = {
      pairs: numberOf("pairs", values.pairs, isQuick ? 1 : 5),
      seconds: numberOf("seconds", values.seconds, isQuick ? 3 : 23),
      warmUpSeconds: isQuick ? 0.5 : 3,
      policies,
      signal: interrupted.signal,
      say: (line) => console.error(line),
    };
    try {
      return await runAll(chosen(values.only), plan);
    } catch (error) {
      if (!interrupted.signal.aborted) throw error;
      console.error("interrupted: everything is cleaned up");
      return process.exit(130);
    }
  },
};

async function runAll(wanted: readonly Workload[], plan: Plan): Promise<BenchmarkResult> {
  const rows: Row[] = [];
  const runs: Run[] = [];
  for (const workload of wanted) {
    const why = whyNot(workload);
    if (why !== false) {
      console.error(`skipped ${workload.name}: ${why}`);
      continue;
    }
    const measured = await measure(workload, plan);
    runs.push(...measured);
    rows.push(...rowsOf(measured));
  }
  return { rows, runs };
}

function whyNot({ binds, needs }: Workload): string | false {
  const missing = [...binds, ...needs].find((path) => !existsSync(path));
  if (missing !== undefined) return `there is no ${missing}: npm run setup:debian`;
  const whyNoContainer = whyNoLxc();
  if (whyNoContainer !== false) return whyNoContainer;
  const hasV1 = existsSync("/sys/fs/cgroup/cpuacct/cpuacct.usage");
  return hasV1 ? false : "it reads the counters of cgroup v1";
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
