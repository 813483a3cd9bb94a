import { Worker } from "node:worker_threads";
import { cancel, type EndedWrite, type WriteRequest } from "./write-request.ts";

export interface LaneJob extends WriteRequest {
  /** Called once. */
  readonly end: (ended: EndedWrite) => void;
}

export interface LaneOptions {
  /** Beyond so many busy threads a write waits. */
  readonly threadsMax: number;
  /** A thread that had nothing to do for so long ends, but for the last one; default 5. */
  readonly idleSeconds?: number;
}

const defaultIdleSeconds = 5;

interface Thread {
  readonly worker: Worker;
  job: LaneJob | undefined;
  /** Ends the thread unless a write comes before. */
  ending: NodeJS.Timeout | undefined;
}

/**
 * A few threads that each make one write after another. Another one is started where all are busy, up
 * to the bound; only beyond it a write waits for others. What a rush started does not stay for good: a
 * thread takes some ten MiB and five descriptors.
 */
export class WriterLane {
  readonly #script: URL;
  readonly #options: Required<LaneOptions>;
  readonly #threads = new Set<Thread>();
  readonly #waiting: LaneJob[] = [];
  readonly #ending = new Set<Promise<unknown>>();

  constructor(script: URL, options: LaneOptions) {
    this.#script = script;
    this.#options = { idleSeconds: defaultIdleSeconds, ...options };
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  /** Has a thread ready, so that the first write need not wait for its start. */
  warm(): void {
    if (this.#threads.size === 0) this.#start();
  }

  add(job: LaneJob): void {
    this.#waiting.push(job);
    const isAnyIdle = [...this.#threads].some((thread) => thread.job === undefined);
    if (!isAnyIdle && this.#threads.size < this.#options.threadsMax) this.#start();
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
    const thread: Thread = { worker, job: undefined, ending: undefined };
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
      clearTimeout(thread.ending);
      const { claim, tasks } = job;
      const request: WriteRequest = { claim, tasks };
      thread.worker.postMessage(request);
    }
  }

  #ended(thread: Thread, ended: EndedWrite): void {
    const { job } = thread;
    thread.job = undefined;
    this.#handOut();
    if (thread.job === undefined) {
      thread.ending = setTimeout(() => this.#endIdle(thread), this.#options.idleSeconds * 1000);
      thread.ending.unref();
    }
    job?.end(ended);
  }

  /** It has no write: one that comes now finds another thread, or starts one. */
  #endIdle(thread: Thread): void {
    if (this.#threads.size === 1 || !this.#threads.delete(thread)) return;
    const ended = thread.worker.terminate().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** The kernel lets go of a thread only after its write: what it began has ended, one way or other. */
  #died(thread: Thread): void {
    this.#threads.delete(thread);
    clearTimeout(thread.ending);
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
    const threads = [...this.#threads];
    for (const { ending } of threads) clearTimeout(ending);
    await Promise.all([...threads.map(({ worker }) => worker.terminate()), ...this.#ending]);
  }
}
