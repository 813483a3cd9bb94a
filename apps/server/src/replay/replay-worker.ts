/* The thread of one replay: it ends with its answer. */
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { ReplayFigures, ReplayTask } from "@sc/ports";
import { type AtMemoryLimit, runReplay } from "./run-replay.ts";

export interface ReplayWork {
  readonly task: ReplayTask;
  readonly atMemoryLimit: AtMemoryLimit;
}

export type ReplayAnswer =
  | { readonly figures: ReplayFigures | undefined }
  | { readonly failure: string };

/** Of this thread alone, on Linux: whatever else the server has to do comes first. */
const lowestPriority = 19;

const port = parentPort;
if (port === null) throw new Error("this file is a worker's");

setPriority(lowestPriority);
const { task, atMemoryLimit }: ReplayWork = workerData;
runReplay(task, atMemoryLimit).then(
  (figures) => port.postMessage({ figures } satisfies ReplayAnswer),
  (error: unknown) => port.postMessage({ failure: String(error) } satisfies ReplayAnswer),
);
