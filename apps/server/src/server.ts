import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cpuVersion, memoryVersion } from "@sc/cgroup";
import type { Configuration } from "@sc/contracts";
import { AgentGroup } from "@sc/linux-host";
import { NodeClock, ProcessLock, takeOwnFolder } from "@sc/node-runtime";
import type { Experiments, Log } from "@sc/ports";
import { SqliteDocumentStore, SqliteHistoryStore } from "@sc/sqlite";
import { UserPolicies } from "@sc/user-policies";
import { apiFacesOf } from "./api-faces.ts";
import { listenFor, openPublishedRoutes } from "./compatibility.ts";
import { type HostAdapters, type HostOptions, openHost } from "./host-adapters.ts";
import { importsOf } from "./imports.ts";
import { openMonitor } from "./monitor.ts";
import { openNodeRescaler } from "./node-rescaler.ts";
import type { AtMemoryLimit } from "./replay/run-replay.ts";
import { WorkerReplayRunner } from "./replay/worker-replay-runner.ts";
import { openSanityLog } from "./sanity-log.ts";
import { openSeriesPlaces } from "./series-places.ts";
import { joinServices, type Services } from "./services.ts";
import { openExperiments, openTimestamps } from "./timestamps.ts";
import { usageReaderOf } from "./usage-reader.ts";

/**
 * How long the first sample waits for what people set. It takes a few milliseconds; a file that is
 * locked or a disk that hangs must not keep a host from being measured.
 */
const documentsWaitMs = 1000;

/** Who may use the socket must reach it. */
const runFolderMode = 0o755;
/** The past of every container is for those who ask the API. */
const stateFolderMode = 0o700;

/** One group per run folder: two servers on one host must not move each other about. */
function agentGroupPath(runFolder: string): string {
  return `/serverless-containers-${createHash("sha256").update(resolve(runFolder)).digest("hex").slice(0, 8)}`;
}

export interface ServerOptions extends HostOptions {
  /** Why lines of the log are lost. */
  readonly logFailure: () => string | undefined;
}

export interface Server {
  stop(): Promise<void>;
}

/**
 * Wires everything in one process on one host. Sampling and scaling come first; the API is loaded
 * after, as it takes longer to load than a container should have to wait.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { configuration, log, logFailure } = options;
  const { runFolder, stateFolder } = configuration;
  takeOwnFolder(runFolder, runFolderMode);
  takeOwnFolder(stateFolder, stateFolderMode);
  const lock = ProcessLock.take(join(runFolder, "agent.lock"));
  const documents = new SqliteDocumentStore({ path: join(stateFolder, "state.db"), log });
  const host = openHost(options);
  const history = new SqliteHistoryStore({ path: join(stateFolder, "history.db"), log });
  const userPolicies = openUserPolicies(configuration, log);
  const atMemoryLimit = atMemoryLimitOf(configuration, host);
  const replayRunner = new WorkerReplayRunner({ atMemoryLimit, log });
  const seriesPlaces = openSeriesPlaces(configuration, log);
  const sanityReport = await openSanityLog(configuration, log);
  const experiments = openExperiments({ documents, history });
  const services = joinServices({
    configuration,
    documents,
    history,
    host,
    seriesPlaces,
    usageReader: usageReaderOf(configuration),
    takers: [experiments],
    userPolicies,
    replayRunner,
    log,
    logFailure,
    sanityReport,
  });
  const loading = services.loader.load();
  const ownGroup = configuration.host.ownGroup
    ? AgentGroup.enter({
        hierarchy: host.cgroups.hierarchies.cpu,
        version: cpuVersion(host.cgroups.hierarchies),
        path: agentGroupPath(runFolder),
        log,
      })
    : undefined;
  await Promise.race([loading, delay(documentsWaitMs, undefined, { ref: false })]);
  for (const service of services.early) service.start();
  log.info("sampling", { host: host.hostReader.name, pid: process.pid });
  for (const service of services.late) service.start();
  const { agent } = services;
  const { hostReader } = host;
  const faces = [
    await startApi(configuration, { ...services, experiments }, log),
    await openTimestamps(configuration, experiments, log),
    await openNodeRescaler(configuration, { agent, hostReader }, log),
  ];
  return {
    stop: async () => {
      for (const face of faces.toReversed()) await face.close();
      for (const service of services.inStopOrder) await service.stop();
      await sanityReport?.close();
      host.journal.close();
      await userPolicies[Symbol.asyncDispose]();
      await host.cgroups.close();
      await documents.close();
      await history.close();
      for (const { queue } of seriesPlaces) await queue.close();
      ownGroup?.leave();
      lock.release();
    },
  };
}

function openUserPolicies({ policies }: Configuration, log: Log): UserPolicies {
  const clock = new NodeClock();
  return new UserPolicies(policies, { log, now: () => clock.monotonic() * 1000 });
}

/** On a replayed host it is as on this one. */
function atMemoryLimitOf({ memory }: Configuration, { cgroups }: HostAdapters): AtMemoryLimit {
  if (memoryVersion(cgroups.hierarchies) === 2) return "brake";
  return memory.oomControl ? "wait" : "kill";
}

async function startApi(
  configuration: Configuration,
  services: Services & { readonly experiments: Experiments },
  log: Log,
): Promise<{ close(): Promise<void> }> {
  const { api, compatibility, stateFolder } = configuration;
  const { loadOrCreateToken, startHttpApi } = await import("@sc/http-api");
  const token = await loadOrCreateToken(join(stateFolder, "token"), log);
  const { socket: socketPath } = api;
  const monitor = await openMonitor(configuration, services, log);
  const published = await openPublishedRoutes(configuration, services, log);
  const served = await startHttpApi({
    faces: apiFacesOf(
      services,
      { experiments: services.experiments, imports: importsOf(configuration, services) },
      () => monitor.counters(),
    ),
    socketPath,
    listen: listenFor(api.listen, compatibility),
    further: published.further,
    token,
    log,
  });
  log.info("serving", { socket: socketPath, port: served.port });
  return {
    close: async () => {
      await served.close();
      await published.close();
      await monitor.close();
    },
  };
}
