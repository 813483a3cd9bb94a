import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { loadConfiguration } from "@sc/config-file";
import type { Configuration } from "@sc/contracts";
import { LockHeld, NodeClock, ProcessLock } from "@sc/node-runtime";
import type { Log } from "@sc/ports";
import { completeRestoreList } from "@sc/services";
import { ServerRefused } from "./errors.ts";
import { openHost, watcherPath } from "./host-adapters.ts";

export interface OfflineRelease {
  /** Whether every limit on the restore list is back. */
  readonly isComplete: boolean;
  /** What `sc-restore` said, one line per container and a count. */
  readonly output: string;
}

/**
 * Puts all first limits back without a server: `sc-restore` on the restore list that the last server
 * left, with what only its journal knows. Refused while a server runs, because it would squeeze again what was just released.
 */
export function releaseOffline({ configPath }: { readonly configPath?: string }): OfflineRelease {
  const configuration = loadConfiguration(configPath === undefined ? {} : { path: configPath });
  const { runFolder } = configuration;
  const lock = takeLock(runFolder);
  const notes: string[] = [];
  try {
    completeFromJournal(configuration, (note) => notes.push(note));
    const output = execFileSync(watcherPath, ["--run-folder", runFolder, "--force"], {
      encoding: "utf8",
    });
    return { isComplete: true, output: [...notes, output].join("\n") };
  } catch (error) {
    const output =
      error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    return { isComplete: false, output: [...notes, output].join("\n") };
  } finally {
    lock.release();
  }
}

/** The list alone must do where there is no journal that can be read, or no kernel as we know it. */
function completeFromJournal(configuration: Configuration, note: (text: string) => void): void {
  const warn: Log["warn"] = (message, fields) =>
    note(`release: ${message}${fields === undefined ? "" : ` ${JSON.stringify(fields)}`}`);
  const log: Log = { info: () => undefined, warn, error: warn };
  try {
    const host = openHost({ configuration, log, kernelFiles: undefined });
    completeRestoreList({ ...host, clock: new NodeClock(), log });
    host.journal.close();
  } catch (error) {
    note(`release: the journal could not be used: ${String(error)}`);
  }
}

function takeLock(runFolder: string): ProcessLock {
  try {
    return ProcessLock.take(join(runFolder, "agent.lock"));
  } catch (error) {
    if (!(error instanceof LockHeld)) throw error;
    const text = "a server is running: use release without --offline, or stop the server first";
    throw new ServerRefused("SC_SERVER_RUNNING", text);
  }
}
