import { Worker } from "node:worker_threads";
import { cancel, type EndedWrite, type WriteRequest } from "./write-request.ts";

export interface LaneJob extends WriteRequest {
  /** Called once. */
  readonly end: (ended: EndedWrite) => void;
}

interface Thread {
  readonly worker: Worker;
  job: LaneJob | undefined;
}

/**
 * A few threads that each make one write after another. Another one is started where all are busy, up
 * to the bound; only beyond it a write waits for others.
 */
export class WriterLane {
  readonly #script: URL;
  readonly #threadsMax: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: LaneJob[] = [];

  constructor(script: URL, threadsMax: number) {
    this.#script = script;
    this.#threadsMax = threadsMax;
  }

  /** Has a thread ready, so that the first write need not wait for its start. */
  warm(): void {
    if (this.#threads.size === 0) this.#start();
  }

  add(job: LaneJob): void {
    this.#waiting.push(job);
    const isAnyIdle = [...this.#threads].some((thread) => thread.job === undefined);
    if (!isAnyIdle && this.#threads.size < this.#threadsMax) this.#start();
    this.#handOut();
  }

  /** `false`: it was begun before, and can only be waited for. */
  cancel(job: LaneJob): boolean {
    const index = this.#waiting.indexOf(job);
    if (index >= 0) this.#waiting.splice(index, 1);
    return cancel(job.claim);
  }

  #start(): void {
    const worker = new Worker(this.#script);
    worker.unref();
    const thread: Thread = { worker, job: undefined };
    this.#threads.add(thread);
    worker.on("message", (ended: EndedWrite) => this.#ended(thread, ended));
    // An exit follows, which says the rest.
    worker.on("error", () => this.#threads.delete(thread));
    worker.on("exit", () => this.#died(thread));
  }

  #handOut(): void {
    for (const thread of this.#threads) {
      if (thread.job !== undefined) continue;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      thread.job = job;
      const { claim, tasks } = job;
      const request: WriteRequest = { claim, tasks };
      thread.worker.postMessage(request);
    }
  }

  #ended(thread: Thread, ended: EndedWrite): void {
    const { job } = thread;
    thread.job = undefined;
    this.#handOut();
    job?.end(ended);
  }

  /** The kernel lets go of a thread only after its write: what it began has ended, one way or other. */
  #died(thread: Thread): void {
    this.#threads.delete(thread);
    const { job } = thread;
    thread.job = undefined;
    if (this.#waiting.length > 0) {
      this.warm();
      this.#handOut();
    }
    if (job === undefined) return;
    const [task] = job.tasks;
    const isUntouched = cancel(job.claim) || task === undefined;
    job.end(isUntouched ? { kind: "not-begun" } : { kind: "failed", errno: "EIO", task });
  }

  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all([...this.#threads].map(({ worker }) => worker.terminate()));
  }
}
