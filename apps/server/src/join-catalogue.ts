import type { Configuration } from "@sc/contracts";
import { HttpHostProbe } from "@sc/host-probe";
import type { DocumentStore, HostAgent, Log, Timers } from "@sc/ports";
import {
  AgentAdmission,
  CatalogueDesk,
  CatalogueKeeper,
  type StructureRegistry,
} from "@sc/services";

interface CatalogueParts {
  readonly agent: HostAgent;
  readonly documents: DocumentStore;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly timers: Timers;
}

/** What clients declare, beside the settings that the registry keeps. */
export function joinCatalogue(
  { compatibility }: Configuration,
  { agent, documents, log, registry, timers }: CatalogueParts,
): { readonly catalogue: CatalogueDesk; readonly catalogueKeeper: CatalogueKeeper } {
  const names = [agent.host, ...compatibility.hostNames].map((name) => name.toLowerCase());
  const catalogue = new CatalogueDesk({
    log,
    store: documents,
    registry,
    admission: new AgentAdmission({ agent, registry }),
    container: (name) => agent.container(name),
    cores: () => [],
    isLocalHost: (name) => names.includes(name.toLowerCase()),
    probe: new HttpHostProbe(log),
  });
  return {
    catalogue,
    catalogueKeeper: new CatalogueKeeper({ desk: catalogue, timers, log }),
  };
}
