/* One thread of the frontier: runs what it is given, one after another. */
import { parentPort } from "node:worker_threads";
import { runTask } from "./run-task.ts";
import type { FrontierTask } from "./task.ts";
import type { WorkerAnswer } from "./task-pool.ts";

const port = parentPort;
if (port === null) throw new Error("this file is a worker's");

port.on("message", ({ index, task }: { readonly index: number; readonly task: FrontierTask }) => {
  runTask(task).then(
    (figures) => port.postMessage({ index, figures } satisfies WorkerAnswer),
    (error: unknown) => port.postMessage({ index, failure: String(error) } satisfies WorkerAnswer),
  );
});
