import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** `false` = it is there. */
export const whyNoProgram = (program: string): string | false =>
  spawnSync("sh", ["-c", `command -v ${program}`]).status === 0
    ? false
    : `${program} is not installed: npm run setup:debian`;

const answerWithinMs = 30_000;

export interface StoreProcessOptions {
  readonly program: string;
  readonly args: (place: { readonly folder: string; readonly port: number }) => readonly string[];
  /** Answers 200 once the store is ready. */
  readonly healthPath: string;
}

/** A real store on loopback, with a folder that stays when it is killed and started again. */
export class StoreProcess implements AsyncDisposable {
  readonly url: string;
  readonly #options: StoreProcessOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), "sc-store-"));
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(options: StoreProcessOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async start(options: StoreProcessOptions): Promise<StoreProcess> {
    const store = new StoreProcess(options, await freePort());
    await store.start();
    return store;
  }

  async start(): Promise<void> {
    const { program, args, healthPath } = this.#options;
    const given = args({ folder: this.#folder, port: this.#port });
    this.#child = spawn(program, given, { cwd: this.#folder, stdio: "ignore" });
    const end = performance.now() + answerWithinMs;
    while (performance.now() < end) {
      if (await isHealthy(`${this.url}${healthPath}`)) return;
      await delay(50);
    }
    await this.kill();
    throw new Error(`${program} is not ready after ${answerWithinMs / 1000} s`);
  }

  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url);
    return ok;
  } catch {
    // It does not listen yet.
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a port has no number");
  return address.port;
}
