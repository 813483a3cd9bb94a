import type { Configuration } from "@sc/contracts";
import type { FurtherRoutes } from "@sc/http-api";
import type { Log } from "@sc/ports";
import type { Services } from "./services.ts";

type Compatibility = Configuration["compatibility"];

/** Routes that ask for no token, as clients of the published framework send none. */
export interface OpenRoutes {
  readonly further: readonly FurtherRoutes[];
  close(): Promise<void>;
}

export async function openPublishedRoutes(
  { compatibility }: Configuration,
  services: Pick<Services, "agent" | "catalogue" | "desk" | "heartbeats">,
  log: Log,
): Promise<OpenRoutes> {
  if (!compatibility.open) return { further: [], close: async () => {} };
  const { AddressList, LiveRules, LiveServices, publishedOrchestrator } = await import(
    "@sc/published-api"
  );
  const { agent, catalogue, desk, heartbeats } = services;
  const names = [agent.host, ...compatibility.hostNames];
  const routes = await publishedOrchestrator({
    faces: {
      catalogue,
      rules: new LiveRules(desk),
      services: new LiveServices({ documents: desk, heartbeats }),
    },
    rules: {
      allow: new AddressList(compatibility.allow),
      hostNames: new Set(names.map((name) => name.toLowerCase())),
    },
    log,
  });
  return { further: [routes], close: () => routes.close() };
}

/** Where to listen when others than this host may ask: everywhere, at the same port. */
export function listenFor(
  listen: string | null,
  { open, allow }: Pick<Compatibility, "open" | "allow">,
): string | null {
  if (listen === null || !open || allow.every(isLoopbackEntry)) return listen;
  // The one for both families is not there on a host without IPv6.
  const everyAddress = allow.some((entry) => entry.includes(":")) ? "[::]" : "0.0.0.0";
  return `${everyAddress}${listen.slice(listen.lastIndexOf(":"))}`;
}

const isLoopbackEntry = (entry: string): boolean => /^(127\.|::1(\/128)?$)/.test(entry);
