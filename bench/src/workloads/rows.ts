/*
 * A row for each workload and arm from all runs of a workload, and whether the arm keeps its promise.
 *
 * The figures are medians. `aaSpread` is how far unlimited is from itself in the same run: the ratio of two
 * unlimited runs that follow each other, less one, whichever is the larger; the median of all such,
 * of run time or of p99, whichever is larger. Who differs by less differs by nothing that can be told.
 */
import { percentile } from "../percentile.ts";
import type { Run } from "./runs.ts";

export type Row = {
  readonly workload: string;
  readonly arm: string;
  readonly runSeconds: number;
  readonly throughput: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly used: number;
  readonly allocated: number;
  readonly utilization: number;
  readonly throttledSeconds: number;
  readonly changes: number;
  readonly memUtilization: number | null;
  readonly kills: number;
  readonly aaSpread: number;
  readonly verdict: string;
};

/** Beyond `aaSpread`, against unlimited, where at least so much of what is allocated is used. */
const bounds = { runSeconds: 0.02, p99Ms: 0.05, utilization: 0.8 } as const;
/** Where unlimited differs more from itself, a bound that adds to it says nothing. */
const spreadMost = 0.15;
const reference = "unlimited";

/** Of one workload; arms in the order in which they first ran. */
export function rowsOf(runs: readonly Run[]): readonly Row[] {
  const aaSpread = spreadOf(runs.filter(({ arm }) => arm === reference));
  const arms = [...new Set(runs.map(({ arm }) => arm))];
  const rows = arms.map((arm) =>
    rowOf(
      runs.filter((run) => run.arm === arm),
      aaSpread,
    ),
  );
  const unlimited = rows.find(({ arm }) => arm === reference);
  return rows.map((row) => ({ ...row, verdict: verdictOf(row, unlimited) }));
}

const medianOf = (runs: readonly Run[], figure: (run: Run) => number): number =>
  median(runs.map(figure));

function rowOf(runs: readonly Run[], aaSpread: number): Omit<Row, "verdict"> {
  const used = medianOf(runs, (run) => run.used);
  const allocated = medianOf(runs, (run) => run.allocated);
  return {
    workload: runs[0]?.workload ?? "",
    arm: runs[0]?.arm ?? "",
    runSeconds: medianOf(runs, (run) => run.runSeconds),
    throughput: medianOf(runs, (run) => run.throughput),
    p50Ms: medianOf(runs, (run) => run.p50Ms),
    p99Ms: medianOf(runs, (run) => run.p99Ms),
    used,
    allocated,
    utilization: used / allocated,
    throttledSeconds: medianOf(runs, (run) => run.throttledSeconds),
    changes: medianOf(runs, (run) => run.changes),
    memUtilization: memUtilizationOf(runs),
    kills: runs.reduce((sum, run) => sum + run.kills, 0),
    aaSpread,
  };
}

function memUtilizationOf(runs: readonly Run[]): number | null {
  const values = runs.flatMap(({ memUtilization }) => memUtilization ?? []);
  return values.length > 0 ? median(values) : null;
}

/** In the order in which they ran, with one run of each other arm between two. */
function spreadOf(unlimited: readonly Run[]): number {
  const spread = (figure: (run: Run) => number): number => {
    const values = unlimited.map(figure);
    return median(values.slice(1).map((value, index) => apart(value, values[index] ?? value)));
  };
  return Math.max(
    spread((run) => run.runSeconds),
    spread((run) => run.p99Ms),
  );
}

const apart = (one: number, other: number): number =>
  Math.max(one, other) / Math.min(one, other) - 1;

function verdictOf(row: Omit<Row, "verdict">, unlimited: Omit<Row, "verdict"> | undefined): string {
  if (unlimited === undefined || row.arm === reference) return "";
  const runTime = row.runSeconds / unlimited.runSeconds - 1;
  const p99 = row.p99Ms / unlimited.p99Ms - 1;
  // What is no number keeps no bound.
  const broken = [
    ...(runTime <= row.aaSpread + bounds.runSeconds ? [] : ["run time"]),
    ...(p99 <= row.aaSpread + bounds.p99Ms ? [] : ["p99"]),
    ...(row.utilization >= bounds.utilization ? [] : ["utilization"]),
  ];
  const noise = row.aaSpread > spreadMost ? "; too noisy to tell" : "";
  const told = `run ${percentText(runTime)}, p99 ${percentText(p99)}${noise}`;
  return broken.length === 0 ? `met: ${told}` : `NOT MET (${broken.join(", ")}): ${told}`;
}

const percentText = (ratio: number): string =>
  `${ratio < 0 ? "" : "+"}${(ratio * 100).toFixed(1)} %`;

/** The middle, or between the two in the middle. */
const median = (values: readonly number[]): number =>
  (percentile(values, 50) + percentile([...values, Number.POSITIVE_INFINITY], 50)) / 2;
