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
  readonly isLocalHost: (name: string) => boolean;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly timers: Timers;
}

/** By its own name, or one that clients call it. */
export function localHostTest(
  { compatibility }: Configuration,
  hostName: string,
): (name: string) => boolean {
  const names = [hostName, ...compatibility.hostNames].map((name) => name.toLowerCase());
  return (name) => names.includes(name.toLowerCase());
}

/** What clients declare, beside the settings that the registry keeps. */
export function joinCatalogue({
  agent,
  bus,
  clock,
  documents,
  isLocalHost,
  log,
  registry,
  timers,
}: CatalogueParts): {
  readonly catalogue: CatalogueDesk;
  readonly catalogueKeeper: CatalogueKeeper;
} {
  const uses = new GroupUses({ bus, clock });
  const catalogue = new CatalogueDesk({
    log,
    store: documents,
    registry,
    admission: new AgentAdmission({ agent, registry }),
    container: (name) => agent.container(name),
    cores: () => agent.cores(),
    usedBy: (name, resource) => uses.usedBy(name, resource),
    isLocalHost,
    probe: new HttpHostProbe(log),
  });
  return {
    catalogue,
    catalogueKeeper: new CatalogueKeeper({ desk: catalogue, uses, timers, log }),
  };
}
