import { spawn } from "node:child_process";
import { closeSync, openSync, statSync, truncateSync } from "node:fs";
import type { Log } from "@sc/ports";

/**
 * Starts a process that outlives this one; `onEnd` says once why it ended or could not start. Gives
 * what ends it.
 */
export type SpawnWatcher = (command: readonly string[], onEnd: (why: string) => void) => () => void;

/** A watcher that ended is started again, but not more often than this. */
const restartSeconds = 5;

/** Keeps one watcher running beside the server. */
export class Watcher {
  readonly #command: readonly string[];
  readonly #spawn: SpawnWatcher;
  readonly #log: Log;
  readonly #onEnd: () => void;
  #isRunning = false;
  #end: () => void = () => undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #isWanted = true;
  #isReported = false;

  constructor(options: {
    readonly command: readonly string[];
    readonly spawn: SpawnWatcher;
    readonly log: Log;
    readonly onEnd: () => void;
  }) {
    this.#command = options.command;
    this.#spawn = options.spawn;
    this.#log = options.log;
    this.#onEnd = options.onEnd;
  }

  ensure(uptimeSeconds: number): void {
    if (this.#isRunning || uptimeSeconds - this.#startedAt < restartSeconds) return;
    this.#isRunning = true;
    this.#startedAt = uptimeSeconds;
    this.#end = this.#spawn(this.#command, (why) => this.#ended(why));
  }

  /** It would end by itself a moment after the heartbeat is gone: nothing of us is to stay that long. */
  end(): void {
    this.#isWanted = false;
    if (this.#isRunning) this.#end();
  }

  #ended(why: string): void {
    this.#isRunning = false;
    if (!this.#isWanted) return;
    this.#onEnd();
    if (this.#isReported) return;
    this.#isReported = true;
    this.#log.error("the watcher of the lease ended; it is started again, this is said once", {
      why,
    });
  }
}

/** The log of a watcher that restores again and again stays below about twice this. */
const logBytesMax = 256 * 1024;

/** In a session of its own, with its words in a file: nothing of it hangs on the server. */
export function spawnDetached(logPath: string): SpawnWatcher {
  return (command, onEnd) => {
    const [program = "", ...words] = command;
    const output = openLog(logPath);
    const child = spawn(program, words, {
      detached: true,
      stdio: ["ignore", output ?? "ignore", output ?? "ignore"],
      env: notifySocket(),
      cwd: "/",
    });
    if (output !== undefined) closeSync(output);
    child.once("error", (error) => onEnd(error.message));
    child.once("exit", (code, signal) => onEnd(signal ?? `exit status ${code}`));
    child.unref();
    return () => endGroup(child.pid);
  };
}

/** The watcher leads a group of its own, in which it sleeps. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}

/** Set under systemd with a watchdog, which the watcher feeds. */
function notifySocket(): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET } = process.env;
  return NOTIFY_SOCKET === undefined ? {} : { NOTIFY_SOCKET };
}

/** `undefined` where there is no room for a log: the watcher must run all the same. */
function openLog(path: string): number | undefined {
  try {
    const descriptor = openSync(path, "a");
    if (statSync(path).size > logBytesMax) truncateSync(path);
    return descriptor;
  } catch {
    return undefined;
  }
}
