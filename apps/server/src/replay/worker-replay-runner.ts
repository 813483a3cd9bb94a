import { Worker } from "node:worker_threads";
import { err, ok, type Result } from "@sc/domain";
import type { Log, ReplayFailure, ReplayFigures, ReplayRunner, ReplayTask } from "@sc/ports";
import type { ReplayAnswer, ReplayWork } from "./replay-worker.ts";
import type { AtMemoryLimit } from "./run-replay.ts";

export interface WorkerReplayRunnerOptions {
  readonly atMemoryLimit: AtMemoryLimit;
  readonly log: Log;
  /** How long one may take; default 300. */
  readonly secondsMax?: number;
}

/** A week in steps of 10 s takes about two minutes of a core that has nothing else to do. */
const defaultSecondsMax = 300;
/** A week of delays, and the simulated host, with room to spare. */
const heapMibMax = 384;

type Outcome = Result<ReplayFigures, ReplayFailure>;

/** Replays in a thread of its own each, of the lowest priority and with a memory of its own that is bounded. */
export class WorkerReplayRunner implements ReplayRunner {
  readonly #options: WorkerReplayRunnerOptions;

  constructor(options: WorkerReplayRunnerOptions) {
    this.#options = options;
  }

  async run(task: ReplayTask, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return cancelled;
    const { atMemoryLimit, log, secondsMax = defaultSecondsMax } = this.#options;
    const workerData: ReplayWork = { task, atMemoryLimit };
    const worker = new Worker(script, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMibMax },
    });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const fail = (text: string): void => {
      log.error("a replay failed", { policy: task.policy, error: text });
      resolve(err({ kind: "failed", text: `the replay failed: ${text}` }));
    };
    const end = (): void => resolve(cancelled);
    const timer = setTimeout(() => resolve(tooLong(secondsMax)), secondsMax * 1000);
    signal.addEventListener("abort", end, { once: true });
    worker.on("message", (answer: ReplayAnswer) => {
      if ("failure" in answer) fail(answer.failure);
      else resolve(answer.figures === undefined ? unsupported(task) : ok(answer.figures));
    });
    worker.on("error", (error) => fail(error instanceof Error ? error.message : String(error)));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      await worker.terminate();
    }
  }
}

const script = new URL("./replay-worker.ts", import.meta.url);

const cancelled: Outcome = err({
  kind: "cancelled",
  text: "nobody waited for the answer any more",
});

const tooLong = (secondsMax: number): Outcome =>
  err({
    kind: "too-long",
    text: `the replay was not done in ${secondsMax} s; ask for a shorter time`,
  });

const unsupported = ({ policy }: ReplayTask): Outcome =>
  err({
    kind: "unsupported",
    text: `the policy ${policy} is not one that comes with the product, and only those are replayed`,
  });
