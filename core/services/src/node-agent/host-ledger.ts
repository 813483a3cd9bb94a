import {
  type ContainerId,
  emptyLedger,
  type HostObservation,
  type Ledger,
  type Resource,
  resources,
  withGrant,
  withoutGrant,
} from "@sc/domain";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { HostWatch } from "./host-watch.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** The host's books, kept by the one who writes the limits: only what is in auto stands in them. */
export class HostLedger {
  readonly #registry: StructureRegistry;
  readonly #watch: HostWatch;
  readonly #ledgers: Record<Resource, Ledger> = { cpu: emptyLedger, mem: emptyLedger };

  constructor(deps: { readonly registry: StructureRegistry; readonly hostWatch: HostWatch }) {
    this.#registry = deps.registry;
    this.#watch = deps.hostWatch;
  }

  /** The container's limits, modes or max may have changed: its entries are made anew. */
  enter(container: TrackedContainer): void {
    if (container.isClosed) return;
    const settings = this.#registry.settingsOf(container.name);
    for (const resource of resources) {
      const ledger = this.#ledgers[resource];
      if (settings?.resources[resource].mode !== "auto") {
        this.#ledgers[resource] = withoutGrant(ledger, container.id);
        continue;
      }
      const amount = container.held(resource, settings.resources[resource].max);
      if (ledger.grants.get(container.id) !== amount) {
        this.#ledgers[resource] = withGrant(ledger, container.id, amount);
      }
    }
  }

  remove(id: ContainerId): void {
    for (const resource of resources) {
      this.#ledgers[resource] = withoutGrant(this.#ledgers[resource], id);
    }
  }

  observation(): HostObservation {
    return this.#watch.observation(this.#ledgers);
  }

  /** What stands in the book; `undefined` = it is not in auto. */
  grantOf(id: ContainerId, resource: Resource): number | undefined {
    return this.#ledgers[resource].grants.get(id);
  }

  /** What one container may hold at most, all other grants being what they are. */
  freeFor(id: ContainerId, resource: Resource): number {
    const { grantable, granted } = this.observation()[resource];
    return grantable - (granted - (this.grantOf(id, resource) ?? 0));
  }
}
