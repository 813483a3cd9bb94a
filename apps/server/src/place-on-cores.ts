import type { Configuration } from "@sc/contracts";
import { type CoreId, defaultCoreDistribution, distributionOrder } from "@sc/domain";
import type { HostReader } from "@sc/ports";
import type { CatalogueDesk, CorePlacement } from "@sc/services";

/** Pinned where the configuration says so; a declaration bounds how many cores are handed out. */
export function placeOnCores(
  { host }: Configuration,
  hostReader: Pick<HostReader, "cores" | "readCpuTopology">,
  catalogue: () => Pick<CatalogueDesk, "isSubscribed" | "placement">,
): CorePlacement {
  const orders = new Map<number, readonly CoreId[]>();
  const orderOf = (cores: number): readonly CoreId[] => {
    const known = orders.get(cores) ?? coresInOrder(hostReader).slice(0, cores);
    orders.set(cores, known);
    return known;
  };
  return {
    order: () => {
      const declared = catalogue().placement();
      if (declared === "unknown") return "unknown";
      return host.placement === "pinned"
        ? orderOf(declared.coresMax ?? hostReader.cores)
        : "shared";
    },
    isSubscribed: (name) => catalogue().isSubscribed(name),
  };
}

function coresInOrder(
  hostReader: Pick<HostReader, "cores" | "readCpuTopology">,
): readonly CoreId[] {
  const table = hostReader.readCpuTopology?.();
  const sockets =
    table === undefined
      ? [Array.from({ length: hostReader.cores }, (_, core) => [core])]
      : Object.values(table).map((physical) => Object.values(physical));
  return distributionOrder({ sockets }, defaultCoreDistribution);
}
