import {
  type CataloguedResource,
  type DeclaredHost,
  isRateResource,
  type Resource,
  resources,
} from "@sc/domain";
import type { DocumentChange, DocumentStore, LoadedDocuments } from "@sc/ports";

/** What may be handed out, in the resource's unit; absent = nobody said. */
export type DeclaredTotals = Readonly<Partial<Record<Resource, number>>>;

/**
 * What was said of this host, for those who keep its books: of cpu and memory it bounds what is granted, of
 * disk and network it is all that is known. Kept ready, as the books are asked at every order.
 */
export class DeclaredTotalsBook {
  readonly #isLocalHost: (name: string) => boolean;
  #totals: DeclaredTotals = {};

  constructor(options: {
    readonly store: Pick<DocumentStore, "watch">;
    readonly isLocalHost: (name: string) => boolean;
  }) {
    this.#isLocalHost = options.isLocalHost;
    options.store.watch((changes) => this.#takeChanges(changes));
  }

  get totals(): DeclaredTotals {
    return this.#totals;
  }

  /** What was stored is known from now on. */
  take({ documents }: Pick<LoadedDocuments, "documents">): void {
    this.#totals = {};
    for (const { document } of documents) {
      if (document.kind === "declared-host" && this.#isLocalHost(document.name))
        this.#totals = totalsOf(document.content);
    }
  }

  #takeChanges(changes: readonly DocumentChange[]): void {
    for (const { kind, name, document } of changes) {
      if (kind !== "declared-host" || !this.#isLocalHost(name)) continue;
      this.#totals = document?.kind === "declared-host" ? totalsOf(document.content) : {};
    }
  }
}

function totalsOf(host: DeclaredHost): DeclaredTotals {
  return Object.fromEntries(
    resources.flatMap((resource) => {
      const total = totalOf(host, resource);
      return total === undefined ? [] : [[resource, total]];
    }),
  );
}

/** Of a disk the sum over all: whose is on which the books do not know. */
function totalOf(host: DeclaredHost, resource: Resource): number | undefined {
  const own = leftOf(host, resource);
  if (own !== undefined || !isRateResource(resource) || resource === "net") return own;
  const disks = Object.values(host.disks);
  if (disks.length === 0) return undefined;
  const way = resource === "disk_read" ? "read" : "write";
  return disks.reduce((sum, disk) => sum + disk[way].max - disk[way].heldByOthers, 0);
}

function leftOf({ resources: declared }: DeclaredHost, resource: CataloguedResource) {
  const capacity = declared[resource];
  return capacity && capacity.max - capacity.heldByOthers;
}
