/**
 * A module in a thread of its own, asked as if it were a function: the caller waits for the answer, and
 * no longer than it said. What loops for ever cannot be stopped from within a thread, only with it; so
 * the thread is ended, and the next one begins with nothing remembered.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { whyUnsafe } from "./check-file.ts";
import type { Answer, Question, ThreadData } from "./messages.ts";

/** A module that takes longer to load is taken for one that never will. */
const startMsMax = 5000;
/** What a module may keep in memory; the thread ends beyond it. */
const memoryMibMax = 64;

export type ThreadState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  /** It ended, or never came to be; why. */
  | { readonly kind: "ended"; readonly why: string };

export class ModuleThread implements AsyncDisposable {
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #channel = new MessageChannel();
  readonly #worker: Worker | undefined;
  readonly #started: Promise<void>;
  #state: ThreadState = { kind: "starting" };

  constructor(file: string, onEnd: () => void) {
    const unsafe = whyUnsafe(file);
    if (unsafe !== undefined) {
      this.#end(unsafe);
      this.#started = Promise.resolve();
      return;
    }
    const { port2: port } = this.#channel;
    const workerData: ThreadData = { file, port, flag: this.#flag };
    const worker = new Worker(new URL("module-thread-main.ts", import.meta.url), {
      workerData,
      transferList: [port],
      // Nothing of the server's own: neither its secrets, nor its output.
      env: {},
      argv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMibMax, maxYoungGenerationSizeMb: 8 },
    });
    this.#worker = worker;
    worker.stdout.resume();
    worker.stderr.resume();
    worker.unref();
    this.#channel.port1.unref();
    let fault = "";
    worker.on("error", (error: unknown) => {
      fault = `: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.on("exit", (code) => {
      if (this.#state.kind === "ended") return;
      this.#end(`ended by itself with ${code}${fault}`);
      onEnd();
    });
    this.#started = this.#whenStarted(worker);
  }

  get state(): ThreadState {
    return this.#state;
  }

  /** Resolves when it is ready, or has ended. */
  whenStarted(): Promise<void> {
    return this.#started;
  }

  /** The answer, or `undefined` where none came in time; then the thread is at its end. */
  ask(question: Question, timeoutMs: number): Answer | undefined {
    Atomics.store(this.#flag, 0, 0);
    this.#channel.port1.postMessage(question);
    const outcome = Atomics.wait(this.#flag, 0, 0, Math.max(timeoutMs, 0));
    const received = outcome === "timed-out" ? undefined : this.#receive();
    if (received === undefined) this.end(`did not answer within ${Math.round(timeoutMs)} ms`);
    return received;
  }

  #receive(): Answer | undefined {
    const received: { readonly message: Answer } | undefined = receiveMessageOnPort(
      this.#channel.port1,
    );
    return received?.message;
  }

  end(why: string): void {
    this.#end(why);
    void this.#worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end("was stopped");
    await this.#worker?.terminate();
  }

  #end(why: string): void {
    if (this.#state.kind === "ended") return;
    this.#state = { kind: "ended", why };
    this.#channel.port1.close();
  }

  #whenStarted(worker: Worker): Promise<void> {
    return new Promise((resolve) => {
      const tooLate = setTimeout(() => {
        this.end(`was not loaded within ${startMsMax} ms`);
        resolve();
      }, startMsMax);
      tooLate.unref();
      worker.once("message", (message: { readonly fault?: string }) => {
        clearTimeout(tooLate);
        if (message.fault !== undefined) this.end(`cannot be loaded: ${message.fault}`);
        else if (this.#state.kind === "starting") this.#state = { kind: "ready" };
        resolve();
      });
      worker.once("exit", () => {
        clearTimeout(tooLate);
        resolve();
      });
    });
  }
}
