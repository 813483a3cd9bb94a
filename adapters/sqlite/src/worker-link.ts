import { type TransferListItem, Worker } from "node:worker_threads";
import type { Log } from "@sc/ports";

/** What a worker is told about itself. */
export interface WorkerTask {
  readonly kind: "documents" | "history";
  readonly path: string;
}

export type ToWorker<Request> =
  | { readonly id: number; readonly request: Request }
  | { readonly id: "close" };

export interface FromWorker<Reply> {
  /** Of the question; `undefined` = nobody asked. */
  readonly id: number | "closed" | undefined;
  readonly reply: Reply | undefined;
}

interface Waiting<Reply> {
  /** Also for an answer that comes after its deadline. */
  take(reply: Reply | undefined): void;
}

/** So many questions may be open; a hanging worker would let them grow without end. */
const waitingMax = 1000;

/** After a worker died the next is started so many seconds later; twice as many each time. */
const restartSeconds = { first: 1, most: 60 };
/** A worker that lived so long did not die of what the one before it died of. */
const healthySeconds = 300;
/** What is under way at the end has so long to be written. */
const closeSeconds = 5;

/** The adapter's only worker module: nothing else touches SQLite. */
export const workerScript = new URL("./database-worker.ts", import.meta.url);

/**
 * One thread that does what may wait for a disk or a lock. It is started when it is first needed, so that
 * a server's first sample does not share its cores with it, and again when it dies.
 */
export class WorkerLink<Request, Reply> {
  readonly #task: WorkerTask;
  readonly #script: URL;
  readonly #log: Log;
  readonly #onReply: (reply: Reply) => void;
  readonly #onDeath: () => void;
  readonly #onRestart: () => void;
  readonly #waiting = new Map<number, Waiting<Reply>>();
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartSeconds = restartSeconds.first;
  #hasStarted = false;
  #startedAt = 0;
  #nextId = 0;
  #closing: Promise<void> | undefined;
  #onClosed: () => void = () => {};

  constructor(options: {
    readonly task: WorkerTask;
    readonly log: Log;
    readonly script: URL;
    /** What nobody asked for: answers to `post`, and what the worker tells by itself. */
    readonly onReply: (reply: Reply) => void;
    /** What was on its way is lost. */
    readonly onDeath: () => void;
    /** A new one was started after a death; it knows nothing. */
    readonly onRestart: () => void;
  }) {
    this.#task = options.task;
    this.#script = options.script;
    this.#log = options.log;
    this.#onReply = options.onReply;
    this.#onDeath = options.onDeath;
    this.#onRestart = options.onRestart;
  }

  /**
   * The answer, or `undefined` when there is none in time: the worker hangs, or died. `onAnswer` hears
   * of it whenever it comes.
   */
  ask(
    request: Request,
    deadlineSeconds: number,
    onAnswer: (reply: Reply) => void = () => {},
  ): Promise<Reply | undefined> {
    const worker = this.#reachable();
    if (worker === undefined || this.#waiting.size >= waitingMax) return Promise.resolve(undefined);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), deadlineSeconds * 1000);
      this.#waiting.set(id, {
        take: (reply) => {
          clearTimeout(timer);
          resolve(reply);
          if (reply !== undefined) this.#tell(() => onAnswer(reply));
        },
      });
      const message: ToWorker<Request> = { id, request };
      worker.postMessage(message);
    });
  }

  /** False when there is no worker just now. */
  post(request: Request, transfer: readonly TransferListItem[]): boolean {
    const worker = this.#reachable();
    if (worker === undefined) return false;
    const id = this.#nextId;
    this.#nextId += 1;
    const message: ToWorker<Request> = { id, request };
    worker.postMessage(message, transfer);
    return true;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #reachable(): Worker | undefined {
    if (this.#closing !== undefined) return undefined;
    if (!this.#hasStarted) this.#start();
    return this.#worker;
  }

  /** Whoever hears of it and fails must neither end the process nor keep the link from its own work. */
  #tell(hear: () => void): void {
    try {
      hear();
    } catch (error) {
      const { kind, path } = this.#task;
      this.#log.error("a listener of a database's worker failed", { kind, path, error });
    }
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restart);
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, closeSeconds * 1000);
      this.#onClosed = () => {
        clearTimeout(timer);
        resolve();
      };
      const message: ToWorker<Request> = { id: "close" };
      worker.postMessage(message);
    });
    this.#worker = undefined;
    this.#answerNobody();
    await worker.terminate();
  }

  #start(): void {
    this.#hasStarted = true;
    this.#startedAt = performance.now();
    let worker: Worker;
    try {
      worker = new Worker(this.#script, { workerData: this.#task });
    } catch (error) {
      // The machine has no thread to give just now.
      this.#startAgain(error);
      return;
    }
    // Whoever waits for an answer has a timer; nobody else keeps the process alive.
    worker.unref();
    worker.on("message", (message: FromWorker<Reply>) => this.#take(message));
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", (code) => this.#lose(worker, new Error(`it ended with ${code}`)));
    this.#worker = worker;
  }

  #take({ id, reply }: FromWorker<Reply>): void {
    if (id === "closed") this.#onClosed();
    const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (waiting === undefined) {
      if (reply !== undefined) this.#tell(() => this.#onReply(reply));
      return;
    }
    if (typeof id === "number") this.#waiting.delete(id);
    waiting.take(reply);
  }

  #lose(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#onClosed();
    this.#answerNobody();
    this.#tell(() => this.#onDeath());
    if (this.#closing === undefined) this.#startAgain(error);
  }

  #startAgain(error: unknown): void {
    if (performance.now() - this.#startedAt > healthySeconds * 1000)
      this.#restartSeconds = restartSeconds.first;
    const { kind, path } = this.#task;
    const again = this.#restartSeconds;
    this.#log.error("a database's worker died and is started again", { kind, path, error, again });
    this.#restart = setTimeout(() => {
      this.#start();
      this.#tell(() => this.#onRestart());
    }, again * 1000);
    this.#restart.unref();
    this.#restartSeconds = Math.min(restartSeconds.most, again * 2);
  }

  #answerNobody(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const one of waiting) one.take(undefined);
  }
}
