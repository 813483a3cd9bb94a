import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { FrontierFigures, FrontierTask } from "./task.ts";

export type WorkerAnswer =
  | { readonly index: number; readonly figures: FrontierFigures }
  | { readonly index: number; readonly failure: string };

/** A run that failed has no figures, and says why; the others go on. */
export type TaskOutcome = FrontierFigures | { readonly failure: string };

/** Runs all tasks, as many at a time as there are cores; answers in the order of the tasks. */
export async function runAll(
  tasks: readonly FrontierTask[],
  onDone: (done: number) => void = () => undefined,
): Promise<readonly TaskOutcome[]> {
  const outcomes: TaskOutcome[] = [];
  let next = 0;
  let done = 0;
  const work = async (worker: Worker): Promise<void> => {
    while (next < tasks.length) {
      const index = next;
      next += 1;
      outcomes[index] = await ask(worker, index, tasks);
      done += 1;
      onDone(done);
    }
    await worker.terminate();
  };
  const count = Math.min(availableParallelism(), tasks.length);
  const workers = Array.from({ length: count }, () => new Worker(file));
  await Promise.all(workers.map(work));
  return outcomes;
}

const file = new URL("./worker.ts", import.meta.url);

function ask(worker: Worker, index: number, tasks: readonly FrontierTask[]): Promise<TaskOutcome> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      worker.off("message", answer);
      worker.off("error", fail);
    };
    const answer = (message: WorkerAnswer): void => {
      end();
      resolve("figures" in message ? message.figures : { failure: message.failure });
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    worker.on("message", answer);
    worker.on("error", fail);
    worker.postMessage({ index, task: tasks[index] });
  });
}
