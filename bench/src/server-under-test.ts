import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Api, ApiClient } from "@sc/api-client";

const program = fileURLToPath(new URL("../../apps/server/src/main.ts", import.meta.url));
const startSecondsMax = 20;

/** Brakes off, and only they: a benchmark cannot watch a container for five minutes first. */
export const noBrakes = {
  learningSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkInTenMinutesPercent: 100,
  shrinksPerMinute: 1_000_000,
  shrinksPerMinuteAtStart: 1_000_000,
  holdSeconds: 0,
};

/** The real server in a process of its own, with folders of its own. */
export class ServerUnderTest {
  readonly api: Api;
  readonly folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.folder = folder;
    this.#process = child;
    this.api = new ApiClient({ target: { kind: "socket", path: join(folder, "run", "api.sock") } });
  }

  /** Resolves when the API answers. */
  static async start(configuration: Readonly<Record<string, unknown>>): Promise<ServerUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), "sc-bench-"));
    const file = join(folder, "config.yaml");
    const folders = { runFolder: join(folder, "run"), stateFolder: join(folder, "state") };
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify({ ...folders, api: { listen: null }, ...configuration }));
    const log = openSync(join(folder, "log"), "a");
    const child = spawn(process.execPath, [program, "--config", file], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const server = new ServerUnderTest(folder, child);
    await server.#answers();
    return server;
  }

  async #answers(): Promise<void> {
    for (let waited = 0; waited < startSecondsMax; waited += 0.05) {
      if (
        await this.api.health().then(
          () => true,
          () => false,
        )
      )
        return;
      if (this.#process.exitCode !== null) break;
      await delay(50);
    }
    throw new Error(
      `the server does not answer; it said:\n${readFileSync(join(this.folder, "log"), "utf8")}`,
    );
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks until the answer is yes; throws after the time-out. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  options: { readonly timeoutSeconds: number; readonly everyMs?: number },
): Promise<void> {
  const { timeoutSeconds, everyMs = 20 } = options;
  const end = performance.now() + timeoutSeconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutSeconds} s: ${what}`);
    await delay(everyMs);
  }
}
