import type { FrontierRow } from "../page/frontier-row.ts";
import { type FrontierFigures, type FrontierTask, nameOf, resourceOf } from "./task.ts";
import type { TaskOutcome } from "./task-pool.ts";

/** One row for each policy, trace, resource and period; of several seeds the median of each figure. */
export function rowsOf(
  tasks: readonly FrontierTask[],
  outcomes: readonly TaskOutcome[],
): FrontierRow[] {
  const groups = Map.groupBy(tasks.keys(), (index) => {
    const task = tasks[index];
    return task === undefined ? "" : JSON.stringify(keyOf(task));
  });
  return [...groups.values()].flatMap((indexes) => {
    const [first = 0] = indexes;
    const task = tasks[first];
    if (task === undefined) return [];
    const figures = indexes.flatMap((index) => {
      const outcome = outcomes[index];
      return outcome === undefined || "failure" in outcome ? [] : [outcome];
    });
    return [{ ...keyOf(task), ...mediansOf(figures) }];
  });
}

const keyOf = ({ policy, source, period }: FrontierTask) => ({
  policy,
  trace: nameOf(source),
  resource: resourceOf(source),
  period,
});

function mediansOf(
  runs: readonly FrontierFigures[],
): Omit<FrontierRow, keyof ReturnType<typeof keyOf>> {
  const of = (figure: keyof FrontierFigures): number | null =>
    median(runs.flatMap((run) => run[figure] ?? []));
  return {
    utilization: of("utilization"),
    throttledRatio: of("throttledRatio"),
    p99BacklogMs: of("p99BacklogMs"),
    p999BacklogMs: of("p999BacklogMs"),
    changesPerMinute: of("changesPerMinute"),
    neighbourP99Ms: of("neighbourP99Ms"),
    kills: of("kills"),
  };
}

/** `null` of nothing: what no run could tell is not 0. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
