import type { KernelFiles } from "@sc/cgroup";
import { loadConfiguration } from "@sc/config-file";
import { LineLog } from "@sc/node-runtime";
import type { HostReader } from "@sc/ports";
import { ServerRefused } from "./errors.ts";
import { startServer } from "./server.ts";

export interface RunServerOptions {
  /** Default: where the configuration is looked for. */
  readonly configPath?: string;
  /** How the kernel's files are reached; tests put faults there. */
  readonly kernelFiles?: KernelFiles;
  /** Whose cores and memory are handed out; benchmarks put a larger machine there. */
  readonly hostReader?: HostReader;
}

/** Runs the server until it is told to end. Resolves after a clean stop; throws what kept it from starting. */
export async function runServer({
  configPath,
  hostReader,
  kernelFiles,
}: RunServerOptions): Promise<void> {
  if (process.platform !== "linux") {
    throw new ServerRefused("SC_NOT_LINUX", "the server scales cgroups and needs Linux");
  }
  const configuration = loadConfiguration(configPath === undefined ? {} : { path: configPath });
  const { level, format } = configuration.log;
  const isForPeople = format === "pretty" || (format === "auto" && process.stderr.isTTY === true);
  const log = new LineLog({ level, format: isForPeople ? "pretty" : "json" });
  const ended = toldToEnd();
  const server = await startServer({
    configuration,
    log,
    logFailure: () => log.failure,
    kernelFiles,
    hostReader,
  });
  log.info("stopping", { signal: await ended });
  await server.stop();
  log.info("stopped");
}

/** Listens on: told again, as by a terminal and a shell, it would end before the first limits are back. */
function toldToEnd(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, resolve);
  });
}
