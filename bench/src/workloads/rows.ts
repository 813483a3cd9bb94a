/*
 * A row for each workload and arm from all runs of a workload, and whether the arm keeps its promise.
 *
 * The figures are medians over the pairs. `aaSpread` is how far unlimited is from itself in the same run:
 * of each pair its two unlimited runs, one at the beginning and one at the end, their ratio less one; the
 * median over the pairs, of run time or of p99, whichever is larger. An arm that differs by less
 * than that differs by nothing that can be told.
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
  readonly aaSpread: number;
  readonly verdict: string;
};

/** Beyond `aaSpread`, against unlimited, where at least so much of what is allocated is used. */
const bounds = { runSeconds: 0.02, p99Ms: 0.05, utilization: 0.8 } as const;
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
    aaSpread,
  };
}

function spreadOf(unlimited: readonly Run[]): number {
  const byPair = Map.groupBy(unlimited, ({ pair }) => pair);
  const spread = (figure: (run: Run) => number): number =>
    median(
      [...byPair.values()].map((pair) => {
        const values = pair.map(figure);
        return Math.max(...values) / Math.min(...values) - 1;
      }),
    );
  return Math.max(
    spread((run) => run.runSeconds),
    spread((run) => run.p99Ms),
  );
}

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
  const told = `run ${percentText(runTime)}, p99 ${percentText(p99)}`;
  return broken.length === 0 ? `met: ${told}` : `NOT MET (${broken.join(", ")}): ${told}`;
}

const percentText = (ratio: number): string =>
  `${ratio < 0 ? "" : "+"}${(ratio * 100).toFixed(1)} %`;

/** The middle, or between the two in the middle. */
const median = (values: readonly number[]): number =>
  (percentile(values, 50) + percentile([...values, Number.POSITIVE_INFINITY], 50)) / 2;
