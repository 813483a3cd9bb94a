import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { DemoContainers } from "./containers/containers.ts";
import { DemoFailed } from "./errors.ts";

const serverProgram = fileURLToPath(new URL("main.ts", import.meta.resolve("@sc/server")));

/** A server of the demo's own: its folders, its socket, no port, and an eye for two containers only. */
export class ServerProcess {
  readonly socket: string;
  readonly #folder: string;
  readonly #logFile: string;
  #process: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.socket = join(folder, "run", "api.sock");
    this.#logFile = join(folder, "server.log");
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(engines: DemoContainers["engines"]): void {
    const file = join(this.#folder, "config.json");
    writeFileSync(file, JSON.stringify(this.#configuration(engines), undefined, 2));
    const log = openSync(this.#logFile, "a");
    this.#process = spawn(process.execPath, [serverProgram, "--config", file], {
      stdio: ["ignore", log, log],
      // Not of the terminal's process group: at Ctrl-C the demo stops it, in its order.
      detached: true,
      // It would lie in a folder that is not the demo's.
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.#folder, "compile-cache") },
    });
    closeSync(log);
  }

  /** JSON is YAML too. */
  #configuration(engines: DemoContainers["engines"]): unknown {
    return {
      runFolder: join(this.#folder, "run"),
      stateFolder: join(this.#folder, "state"),
      api: { socket: this.socket, listen: null },
      engines,
      defaults: demoDefaults,
      brakes: demoBrakes,
    };
  }

  /** Why it cannot answer: it ended, and the last it said. `undefined` = it runs. */
  failure(): DemoFailed | undefined {
    const { exitCode, signalCode } = this.#process ?? { exitCode: null, signalCode: null };
    if (exitCode === null && signalCode === null) return undefined;
    const said = readFileSync(this.#logFile, "utf8").trim().slice(-logTailLength);
    return new DemoFailed(`The server ended (${exitCode ?? signalCode}). It said:\n${said}`);
  }

  /** First politely: it puts back the limits and ends its watcher. */
  async stop(): Promise<void> {
    const server = this.#process;
    if (server === undefined) return;
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      server.kill(signal);
      for (let waited = 0; waited < stopSeconds && this.failure() === undefined; waited += 0.05) {
        await sleep(50);
      }
      if (this.failure() !== undefined) return;
    }
  }
}

const logTailLength = 2000;
const stopSeconds = 10;

const demoDefaults = { cpu: { mode: "observe", min: 10 } } as const;

/** The demo is short, so it may not wait for minutes as a server must; it says so on the screen. */
export const demoBrakes = {
  learningSeconds: 2,
  settleSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkInTenMinutesPercent: 100,
  shrinksPerMinute: 1000,
  shrinksPerMinuteAtStart: 1000,
} as const;
