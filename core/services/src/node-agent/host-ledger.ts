import {
  type ByResource,
  byResource,
  type ContainerId,
  type HostObservation,
  Ledger,
  type Resource,
  resources,
} from "@sc/domain";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { HostWatch } from "./host-watch.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** The host's books, kept by the one who writes the limits: only what is in auto stands in them. */
export class HostLedger {
  readonly #registry: StructureRegistry;
  readonly #watch: HostWatch;
  readonly #ledgers: ByResource<Ledger> = byResource(() => new Ledger());

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
        ledger.remove(container.id);
        continue;
      }
      const amount = container.held(resource, settings.resources[resource].max);
      if (ledger.grantOf(container.id) !== amount) ledger.grant(container.id, amount);
    }
  }

  remove(id: ContainerId): void {
    for (const resource of resources) this.#ledgers[resource].remove(id);
  }

  observation(): HostObservation {
    return this.#watch.observation(this.#ledgers);
  }

  /** What stands in the book; `undefined` = it is not in auto. */
  grantOf(id: ContainerId, resource: Resource): number | undefined {
    return this.#ledgers[resource].grantOf(id);
  }

  /** What one container may hold at most, all other grants being what they are. */
  freeFor(id: ContainerId, resource: Resource): number {
    const book = this.observation()[resource];
    // Nobody knows how much there is: no book is kept of it.
    if (book === undefined) return Number.POSITIVE_INFINITY;
    const { grantable, granted } = book;
    return grantable - (granted - (this.grantOf(id, resource) ?? 0));
  }
}
