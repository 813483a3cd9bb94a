import {
  type ContainerId,
  emptyLedger,
  type HostObservation,
  type Ledger,
  withGrant,
  withoutGrant,
} from "@sc/domain";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { HostWatch } from "./host-watch.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** The host's book, kept by the one who writes the limits: only what is in auto stands in it. */
export class HostLedger {
  readonly #registry: StructureRegistry;
  readonly #watch: HostWatch;
  #ledger: Ledger = emptyLedger;

  constructor(deps: { readonly registry: StructureRegistry; readonly hostWatch: HostWatch }) {
    this.#registry = deps.registry;
    this.#watch = deps.hostWatch;
  }

  /** The container's limit, mode or max may have changed: its entry is made anew. */
  enter(container: TrackedContainer): void {
    const settings = this.#registry.settingsOf(container.name);
    if (settings?.resources.cpu.mode !== "auto") {
      this.#ledger = withoutGrant(this.#ledger, container.id);
      return;
    }
    const shares = container.heldShares(settings);
    if (this.#ledger.grants.get(container.id) !== shares) {
      this.#ledger = withGrant(this.#ledger, container.id, shares);
    }
  }

  remove(id: ContainerId): void {
    this.#ledger = withoutGrant(this.#ledger, id);
  }

  observation(): HostObservation {
    return this.#watch.observation(this.#ledger);
  }

  /** What one container may hold at most, all other grants being what they are. */
  freeSharesFor(id: ContainerId): number {
    const { cpuSharesGrantable, cpuSharesGranted } = this.observation();
    return cpuSharesGrantable - (cpuSharesGranted - (this.#ledger.grants.get(id) ?? 0));
  }
}
