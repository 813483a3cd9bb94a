import type { Configuration } from "@sc/contracts";
import type { Imports } from "@sc/ports";
import type { Services } from "./services.ts";

/** Loaded when the first import comes: most hosts never see one. */
export function importsOf(
  { compatibility }: Pick<Configuration, "compatibility">,
  { agent, catalogue, desk, heartbeats, orchestrator }: Services,
): Imports {
  const names = new Set([agent.host, ...compatibility.hostNames]);
  const made = async (): Promise<Imports> => {
    const { LiveServices, PublishedImport } = await import("@sc/published-api");
    return new PublishedImport({
      documents: desk,
      services: new LiveServices({ documents: desk, heartbeats }),
      catalogue,
      orchestration: orchestrator,
      isLocal: (host) => names.has(host),
    });
  };
  let imports: Promise<Imports> | undefined;
  return {
    take: async (files, options) => {
      imports ??= made();
      return (await imports).take(files, options);
    },
  };
}
