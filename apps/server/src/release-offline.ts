import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { loadConfiguration } from "@sc/config-file";
import { LockHeld, ProcessLock } from "@sc/node-runtime";
import { ServerRefused } from "./errors.ts";
import { watcherPath } from "./host-adapters.ts";

export interface OfflineRelease {
  /** Whether every limit on the restore list is back. */
  readonly isComplete: boolean;
  /** What `sc-restore` said, one line per container and a count. */
  readonly output: string;
}

/**
 * Puts all first limits back without a server: `sc-restore` on the restore list that the last server
 * left. Refused while a server runs, because it would squeeze again what was just released.
 */
export function releaseOffline({ configPath }: { readonly configPath?: string }): OfflineRelease {
  const { runFolder } = loadConfiguration(configPath === undefined ? {} : { path: configPath });
  const lock = takeLock(runFolder);
  try {
    const output = execFileSync(watcherPath, ["--run-folder", runFolder, "--force"], {
      encoding: "utf8",
    });
    return { isComplete: true, output };
  } catch (error) {
    const output =
      error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    return { isComplete: false, output };
  } finally {
    lock.release();
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
