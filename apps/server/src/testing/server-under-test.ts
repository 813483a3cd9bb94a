import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Api, ApiClient } from "@sc/api-client";
import { until } from "./until.ts";

const serverProgram = fileURLToPath(new URL("../main.ts", import.meta.url));
const startSecondsMax = 60;
const stopSecondsMax = 20;
const watcherSecondsMax = 20;

/** Those of the launcher, which a test compares. */
export const nodeOptions = ["--max-semi-space-size=4", "--max-old-space-size=768"];
export const nodeEnvironment = { MALLOC_ARENA_MAX: "2" };

/** Brakes off, and only they: a test or a benchmark cannot watch a container for five minutes first. */
export const noBrakes = {
  learningSeconds: 0,
  settleSeconds: 0,
  shrinkAtOncePercent: 100,
  shrinkInTenMinutesPercent: 100,
  shrinksPerMinute: 1_000_000,
  shrinksPerMinuteAtStart: 1_000_000,
  holdSeconds: 0,
};

export interface ServerUnderTestOptions {
  /** Keys of the configuration file; the folders are the server's own. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Where it listens for TCP; default nowhere. */
  readonly listen?: string;
  /** Runs this instead of the server's own entry; it gets `--config FILE` too. */
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A shell command that is run first, in a mount namespace of the server's own; `$0` is its folder. */
  readonly mount?: string;
}

/** The real server in a process of its own, with folders of its own; may be started again in them. */
export class ServerUnderTest {
  readonly api: Api;
  readonly folder = mkdtempSync(join(tmpdir(), "sc-server-"));
  readonly runFolder = join(this.folder, "run");
  readonly socket = join(this.folder, "api.sock");
  readonly configFile = join(this.folder, "config.yaml");
  readonly #options: ServerUnderTestOptions;
  readonly #program: string;
  #process: ChildProcess | undefined;

  constructor(options: ServerUnderTestOptions) {
    this.#options = options;
    this.#program = options.program ?? serverProgram;
    this.api = new ApiClient({ target: { kind: "socket", path: this.socket } });
    this.configure(options.configuration);
  }

  /** Resolves when the API answers; the folders are removed when it does not. */
  static async start(options: ServerUnderTestOptions): Promise<ServerUnderTest> {
    const server = new ServerUnderTest(options);
    try {
      await server.start();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** From the next start on. */
  configure(configuration: Readonly<Record<string, unknown>>): void {
    const folders = { runFolder: this.runFolder, stateFolder: join(this.folder, "state") };
    const api = { socket: this.socket, listen: this.#options.listen ?? null };
    // JSON is YAML too.
    writeFileSync(this.configFile, JSON.stringify({ ...folders, api, ...configuration }));
  }

  async start(): Promise<void> {
    this.launch();
    await until("the server answers", () => this.#isAnswering(), startSecondsMax);
  }

  /** Without waiting until it answers. */
  launch(): void {
    const { environment, mount } = this.#options;
    const command = [process.execPath, ...nodeOptions, this.#program, "--config", this.configFile];
    const inNamespace = ["unshare", "--mount", "sh", "-ec", `${mount}\nexec "$@"`, this.folder];
    // It dies with who started it: a run that is killed leaves no server that nobody ends.
    const words = ["--pdeathsig", "KILL", ...(mount === undefined ? [] : inNamespace), ...command];
    const log = openSync(this.#logFile, "a");
    this.#process = spawn("setpriv", words, {
      stdio: ["ignore", log, log],
      env: { ...process.env, ...nodeEnvironment, ...environment },
    });
    closeSync(log);
  }

  async #isAnswering(): Promise<boolean> {
    if (this.hasEnded) throw new Error(`the server ended; it said:\n${this.log()}`);
    return this.api.health().then(
      () => true,
      () => false,
    );
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get hasEnded(): boolean {
    const child = this.#process;
    return child === undefined || child.exitCode !== null || child.signalCode !== null;
  }

  /** The TCP port of the newest start, as the log tells it. */
  get port(): number {
    const told = [...this.log().matchAll(/"message":"serving".*?"port":(\d+)/g)].at(-1)?.[1];
    if (told === undefined) throw new Error(`no TCP port is served; it said:\n${this.log()}`);
    return Number(told);
  }

  log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  get #logFile(): string {
    return join(this.folder, "log");
  }

  kill(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** With its exit status, or the signal that ended it; `undefined` when it did not run. */
  async end(signal: NodeJS.Signals): Promise<number | string | null | undefined> {
    const child = this.#process;
    if (child === undefined || this.hasEnded) return undefined;
    this.kill(signal);
    return this.ended();
  }

  /** Resolves when it ends by itself. */
  async ended(): Promise<number | string | null | undefined> {
    const child = this.#process;
    if (child !== undefined && !this.hasEnded) {
      await new Promise((resolve) => child.once("exit", resolve));
    }
    return child?.exitCode ?? child?.signalCode;
  }

  /** Processes of the lease that watch this server's heartbeat. */
  watchers(): readonly number[] {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && this.#isWatcher(pid));
  }

  #isWatcher(pid: number): boolean {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words.includes("--watch") && words.includes(this.runFolder);
    } catch {
      // It ended while we looked.
      return false;
    }
  }

  /** Ends the server and its watcher, and removes the folders. */
  async close(): Promise<void> {
    this.kill("SIGCONT");
    this.kill("SIGTERM");
    await until("the server ends", () => this.hasEnded, stopSecondsMax).catch(() =>
      this.end("SIGKILL"),
    );
    // A watcher ends by itself when the heartbeat is gone.
    rmSync(this.folder, { recursive: true, force: true });
    await until("the watcher ends", () => this.watchers().length === 0, watcherSecondsMax);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
