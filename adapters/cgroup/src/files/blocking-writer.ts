import { Worker } from "node:worker_threads";

export interface WriteTask {
  readonly file: string;
  readonly value: string;
}

export type BlockingAnswer =
  | { readonly kind: "written" }
  | { readonly kind: "failed"; readonly errno: string; readonly task: WriteTask }
  | { readonly kind: "late" };

/** Makes writes that may take the kernel seconds, away from the loop that samples. */
export interface BlockingWriter {
  /**
   * Writes the tasks in order, up to the first that fails. Past the deadline the answer is `late`;
   * a write that was begun goes on and may still land.
   */
  write(tasks: readonly WriteTask[], deadlineSeconds: number): Promise<BlockingAnswer>;
  close(): Promise<void>;
}

export interface WorkerRequest {
  readonly id: number;
  readonly tasks: readonly WriteTask[];
  /** On the clock of `process.hrtime`, which all threads share. */
  readonly deadlineNs: bigint;
}

export interface WorkerReply {
  readonly id: number;
  readonly answer: BlockingAnswer;
}

interface Waiting {
  readonly resolve: (answer: BlockingAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One thread, started at the first write; tasks wait for each other in it, never the caller's loop.
 */
export class WorkerWriter implements BlockingWriter {
  readonly #script: URL;
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** `script` is replaced by tests and benchmarks that hold the worker the way a kernel does. */
  constructor(script = new URL("./blocking-writer-worker.ts", import.meta.url)) {
    this.#script = script;
  }

  write(tasks: readonly WriteTask[], deadlineSeconds: number): Promise<BlockingAnswer> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => this.#answer({ id, answer: { kind: "late" } }),
        deadlineSeconds * 1000,
      );
      this.#waiting.set(id, { resolve, timer });
      const deadlineNs = process.hrtime.bigint() + BigInt(Math.round(deadlineSeconds * 1e9));
      const request: WorkerRequest = { id, tasks, deadlineNs };
      this.#startedWorker().postMessage(request);
    });
  }

  #startedWorker(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#script);
    worker.unref();
    worker.on("message", (reply: WorkerReply) => this.#answer(reply));
    // A dead worker answers nothing more: whoever waits runs into the deadline, the next write
    // starts a new one.
    worker.on("error", () => this.#forget(worker));
    worker.on("exit", () => this.#forget(worker));
    this.#worker = worker;
    return worker;
  }

  #forget(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
  }

  #answer({ id, answer }: WorkerReply): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(answer);
  }

  async close(): Promise<void> {
    for (const id of [...this.#waiting.keys()]) this.#answer({ id, answer: { kind: "late" } });
    await this.#worker?.terminate();
  }
}
