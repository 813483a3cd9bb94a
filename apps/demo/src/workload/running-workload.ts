import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { DemoFailed } from "../errors.ts";
import type { WorkloadMessage } from "./phased-workload.ts";

/** The workload in one container, as seen from outside: what it says, and how to end it. */
export class RunningWorkload {
  readonly ready: Promise<void>;
  readonly done: Promise<void>;
  readonly #process: ChildProcess;
  #phase = "starting";
  #errorText = "";

  constructor(process: ChildProcess) {
    this.#process = process;
    const ready = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.done = done.promise;
    // Both fail together, and who waits for one may never look at the other.
    this.ready.catch(() => undefined);
    this.done.catch(() => undefined);

    const fail = (cause?: Error): void => {
      const text = this.#errorText.trim().slice(-errorTextMaxLength);
      const failure = new DemoFailed(`The workload ended before its work was done. ${text}`, {
        cause,
      });
      ready.reject(failure);
      done.reject(failure);
    };
    process.on("error", fail);
    process.on("exit", () => fail());
    process.stdin?.on("error", () => undefined);
    process.stderr?.on("data", (data) => {
      this.#errorText = (this.#errorText + String(data)).slice(-errorTextMaxLength);
    });
    if (process.stdout === null) return;
    createInterface({ input: process.stdout }).on("line", (line) => {
      const message = parseMessage(line);
      if (message === undefined) return;
      this.#phase = message.kind === "phase" ? message.name : message.kind;
      if (message.kind === "ready") ready.resolve();
      if (message.kind === "done") done.resolve();
    });
  }

  get phase(): string {
    return this.#phase;
  }

  go(): void {
    this.#process.stdin?.write("go\n");
  }

  /** The program ends when its input does, wherever it runs. */
  end(): void {
    this.#process.stdin?.end();
    this.#process.kill("SIGKILL");
  }
}

const errorTextMaxLength = 500;

type Heard =
  | { readonly kind: "ready" | "done" }
  | Extract<WorkloadMessage, { readonly kind: "phase" }>;

/** What else comes from the container is left alone. */
function parseMessage(line: string): Heard | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null || !("kind" in message)) return undefined;
  const { kind } = message;
  if (kind === "ready" || kind === "done") return { kind };
  const name = "name" in message && typeof message.name === "string" ? message.name : undefined;
  return kind === "phase" && name !== undefined ? { kind, name } : undefined;
}
