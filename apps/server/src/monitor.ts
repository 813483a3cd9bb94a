import type { Configuration } from "@sc/contracts";
import { NodeClock } from "@sc/node-runtime";
import type { Log, PostedCounters } from "@sc/ports";
import { listenFor } from "./compatibility.ts";
import type { Services } from "./services.ts";

const secondsPerMinute = 60;

/** What monitors that know OpenTSDB post to, and ask. */
export interface Monitor {
  /** `undefined` = nothing is listened at. */
  counters(): PostedCounters | undefined;
  close(): Promise<void>;
}

/** Loaded only where it is wanted. */
export async function openMonitor(
  { compatibility, monitor }: Configuration,
  { agent, orchestrator, outside }: Services,
  log: Log,
): Promise<Monitor> {
  const { allow, keepMinutes } = monitor;
  const listen = listenFor(monitor.listen, { open: true, allow });
  if (listen === null) return { counters: () => undefined, close: async () => {} };
  const { serveRoutes } = await import("@sc/http-api");
  const { openTsdbFace } = await import("@sc/opentsdb");
  const { AddressList, refusePeer } = await import("@sc/published-api");
  const names = [agent.host, ...compatibility.hostNames];
  const rules = {
    allow: new AddressList(allow),
    hostNames: new Set(names.map((name) => name.toLowerCase())),
    allowKey: "monitor.allow",
  };
  const face = openTsdbFace({
    clock: new NodeClock(),
    log,
    usage: outside?.posted,
    keepSeconds: keepMinutes * secondsPerMinute,
    refuse: (request) => refusePeer(request, rules)?.message,
    histories: orchestrator.usageHistories,
    names: () => orchestrator.listStructures().map(({ name }) => name),
  });
  const served = await serveRoutes(face.handle, listen);
  log.info("serving monitors", { listen, port: served.port });
  return { counters: () => face.counters(), close: () => served.close() };
}
