import { parentPort } from "node:worker_threads";
import type { TaskAnswer } from "./task-pool.ts";

/** To be called by the file of a worker: runs what it is given, one after another. */
export function serveTasks<Task, Result>(run: (task: Task) => Promise<Result>): void {
  const port = parentPort;
  if (port === null) throw new Error("this file is a worker's");
  port.on("message", ({ index, task }: { readonly index: number; readonly task: Task }) => {
    run(task).then(
      (result) => port.postMessage({ index, result } satisfies TaskAnswer<Result>),
      (error: unknown) =>
        port.postMessage({ index, failure: String(error) } satisfies TaskAnswer<Result>),
    );
  });
}
