import type { Configuration } from "@sc/contracts";
import type { FurtherRoutes } from "@sc/http-api";
import type { HealthProblem, Log } from "@sc/ports";

type Compatibility = Configuration["compatibility"];

/** Routes that ask for no token, as clients of the published framework send none. */
export interface OpenRoutes {
  readonly further: readonly FurtherRoutes[];
  close(): Promise<void>;
}

export async function openPublishedRoutes(
  { compatibility }: Configuration,
  deps: { readonly hostName: string; readonly log: Log },
): Promise<OpenRoutes> {
  if (!compatibility.open) return { further: [], close: async () => {} };
  const { AddressList, publishedOrchestrator } = await import("@sc/published-api");
  const names = [deps.hostName, ...compatibility.hostNames];
  const routes = await publishedOrchestrator({
    faces: {},
    rules: {
      allow: new AddressList(compatibility.allow),
      hostNames: new Set(names.map((name) => name.toLowerCase())),
    },
    log: deps.log,
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

/** What is open is told for as long as it is, and to whom: nobody has to find it out. */
export function openDoors({
  compatibility,
  monitor,
}: Pick<Configuration, "compatibility" | "monitor">): readonly HealthProblem[] {
  const { agent, allow, open } = compatibility;
  const nextStep =
    "nothing, when this is meant; else close it in the configuration and start again";
  const doors = [
    {
      isOpen: open,
      key: "compatibility.open",
      what: "the published routes need no token and change limits",
      to: allow,
    },
    {
      isOpen: agent.open,
      key: "compatibility.agent.open",
      what: "the node agent's routes need no token and change limits",
      to: agent.allow,
    },
    {
      isOpen: monitor.listen !== null,
      key: "monitor.listen",
      what: "monitors need no token to post, and what they post is decided about where usage.source says so",
      to: monitor.allow,
    },
  ];
  return doors
    .filter(({ isOpen }) => isOpen)
    .map(({ key, what, to }) => ({
      code: "SC_ROUTES_OPEN",
      text: `${what}: for every program of ${["this host", ...to].join(", ")} (${key})`,
      nextStep,
    }));
}
