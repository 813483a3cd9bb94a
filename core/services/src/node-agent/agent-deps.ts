import type {
  Bus,
  Cgroups,
  Clock,
  ContainerFinder,
  HostReader,
  Journal,
  Lease,
  Log,
  RateControls,
  Timers,
} from "@sc/ports";
import type { DeclaredTotals } from "../catalogue/declared-totals.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { CorePlacement } from "./cores/core-placement.ts";

/** What the agent needs from the world. */
export interface AgentDeps {
  readonly bus: Bus;
  readonly cgroups: Cgroups;
  readonly clock: Clock;
  readonly finders: readonly ContainerFinder[];
  readonly hostReader: HostReader;
  readonly journal: Journal;
  readonly lease: Lease;
  readonly log: Log;
  readonly registry: StructureRegistry;
  /** Absent where neither disk nor network is looked at. */
  readonly rates?: RateControls;
  /** How much may be handed out, as far as anybody said. */
  readonly declaredTotals?: () => DeclaredTotals;
  /** Absent where all containers always run on all cores. */
  readonly placement?: CorePlacement;
  readonly timers: Timers;
  /** Set while what decides about limits fails: they are put back until it does not. */
  readonly whyUndecided?: () => string | undefined;
  /** The ledger or the journal is not what it must be: this process has to end, and another recover. */
  readonly onFatal: (error: unknown) => void;
}
