import type { Configuration } from "@sc/contracts";
import { HttpHostProbe } from "@sc/host-probe";
import type { Bus, Clock, DocumentStore, HostAgent, Log, Timers } from "@sc/ports";
import {
  AgentAdmission,
  CatalogueDesk,
  CatalogueKeeper,
  GroupUses,
  type StructureRegistry,
} from "@sc/services";

interface CatalogueParts {
  readonly agent: HostAgent;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly documents: DocumentStore;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly timers: Timers;
}

/** What clients declare, beside the settings that the registry keeps. */
export function joinCatalogue(
  { compatibility }: Configuration,
  { agent, bus, clock, documents, log, registry, timers }: CatalogueParts,
): { readonly catalogue: CatalogueDesk; readonly catalogueKeeper: CatalogueKeeper } {
  const names = [agent.host, ...compatibility.hostNames].map((name) => name.toLowerCase());
  const uses = new GroupUses({ bus, clock });
  const catalogue = new CatalogueDesk({
    log,
    store: documents,
    registry,
    admission: new AgentAdmission({ agent, registry }),
    container: (name) => agent.container(name),
    cores: () => agent.cores(),
    usedBy: (name, resource) => uses.usedBy(name, resource),
    isLocalHost: (name) => names.includes(name.toLowerCase()),
    probe: new HttpHostProbe(log),
  });
  return {
    catalogue,
    catalogueKeeper: new CatalogueKeeper({ desk: catalogue, uses, timers, log }),
  };
}
