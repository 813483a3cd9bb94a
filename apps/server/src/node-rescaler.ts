import type { Configuration } from "@sc/contracts";
import type { HostAgent, HostReader, Log } from "@sc/ports";
import { listenFor } from "./compatibility.ts";

export interface ServedRescaler {
  close(): Promise<void>;
}

/** The published node agent's routes, at an address of their own; loaded only where they are wanted. */
export async function openNodeRescaler(
  { compatibility }: Configuration,
  host: { readonly agent: HostAgent; readonly hostReader: HostReader },
  log: Log,
): Promise<ServedRescaler> {
  const { allow, listen: wanted, open } = compatibility.agent;
  const listen = open ? listenFor(wanted, { open, allow }) : null;
  if (listen === null) return { close: async () => {} };
  const { serveRoutes } = await import("@sc/http-api");
  const { AddressList, EnergyNotes, nodeRescaler } = await import("@sc/published-api");
  const names = [host.agent.host, ...compatibility.hostNames];
  const routes = await nodeRescaler({
    faces: { ...host, energy: new EnergyNotes() },
    rules: {
      allow: new AddressList(allow),
      hostNames: new Set(names.map((name) => name.toLowerCase())),
      allowKey: "compatibility.agent.allow",
    },
    log,
  });
  const served = await serveRoutes(routes.handle, listen);
  log.info("serving the published node agent's routes", { listen, port: served.port });
  return {
    close: async () => {
      await served.close();
      await routes.close();
    },
  };
}
