import { type TaskOutcome as Outcome, runTasks } from "../task-pool.ts";
import type { FrontierFigures, FrontierTask } from "./task.ts";

/** A run that failed has no figures, and says why; the others go on. */
export type TaskOutcome = Outcome<FrontierFigures>;

export const runAll = (tasks: readonly FrontierTask[]): Promise<readonly TaskOutcome[]> =>
  runTasks<FrontierTask, FrontierFigures>(new URL("./worker.ts", import.meta.url), tasks);
