import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

export type TaskAnswer<Result> =
  | { readonly index: number; readonly result: Result }
  | { readonly index: number; readonly failure: string };

/** A run that failed says why; the others go on. */
export type TaskOutcome<Result> = Result | { readonly failure: string };

/**
 * Runs all tasks in threads of this file (`serveTasks`), as many at a time as there are cores; answers in
 * the order of the tasks.
 */
export async function runTasks<Task, Result>(
  file: URL,
  tasks: readonly Task[],
  onDone: (done: number) => void = () => undefined,
): Promise<readonly TaskOutcome<Result>[]> {
  const outcomes: TaskOutcome<Result>[] = [];
  let next = 0;
  let done = 0;
  const work = async (worker: Worker): Promise<void> => {
    while (next < tasks.length) {
      const index = next;
      next += 1;
      outcomes[index] = await ask<Result>(worker, index, tasks[index]);
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

function ask<Result>(worker: Worker, index: number, task: unknown): Promise<TaskOutcome<Result>> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      worker.off("message", answer);
      worker.off("error", fail);
    };
    const answer = (message: TaskAnswer<Result>): void => {
      end();
      resolve("result" in message ? message.result : { failure: message.failure });
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    worker.on("message", answer);
    worker.on("error", fail);
    worker.postMessage({ index, task });
  });
}
