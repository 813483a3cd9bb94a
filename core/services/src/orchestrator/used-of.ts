import {
  type ByRate,
  isRateResource,
  type RateResource,
  type Resource,
  rateResources,
} from "@sc/domain";
import type { AgentContainerView } from "@sc/ports";

/** In the resource's unit; `undefined` = not known, or no such resource. */
export function usedOf(container: AgentContainerView, resource: Resource): number | undefined {
  if (isRateResource(resource)) return container.ratesUsed[resource];
  return resource === "cpu" ? container.cpuSharesUsed : container.memMibUsed;
}

/** Something of each rate the container has: its limit could be read. */
export const ratesOf = <Value>(
  { limits }: AgentContainerView,
  make: (resource: RateResource) => Value,
): ByRate<Value> =>
  Object.fromEntries(
    rateResources.flatMap((rate) =>
      limits.rates?.[rate] === undefined ? [] : [[rate, make(rate)]],
    ),
  );
