import type {
  HeldRequest,
  PlanInput,
  Reason,
  Resource,
  Result,
  ScalingRequest,
  StructureName,
} from "@sc/domain";
import type { GroupBudget } from "../groups/group-book.ts";

/** What the scaler asks about groups. */
export interface ScalerGroups {
  /** There are none: nothing needs to be asked. */
  readonly isEmpty: boolean;
  /** The requests for containers that one for an application becomes; `undefined`: it is for a container. */
  share(request: ScalingRequest): Result<readonly ScalingRequest[], Reason> | undefined;
  budgetsOf(container: StructureName, resource: Resource): readonly GroupBudget[];
}

/** Requests for applications are made into those for their containers. */
export function requestsOfContainers(
  requests: readonly ScalingRequest[],
  { groups, held }: { readonly groups: ScalerGroups | undefined; readonly held: HeldRequest[] },
): readonly ScalingRequest[] {
  if (groups === undefined || groups.isEmpty) return requests;
  return requests.flatMap((request) => {
    const shared = groups.share(request);
    if (shared === undefined) return [request];
    if (shared.ok) return shared.value;
    held.push({ request, reason: shared.error });
    return [];
  });
}

/** What groups have left, by what is held by each container, orders under way included. */
export function budgetsOf(
  groups: ScalerGroups | undefined,
  heldBy: (container: StructureName, resource: Resource) => number,
): Pick<PlanInput, "budgets"> {
  if (groups === undefined || groups.isEmpty) return {};
  return {
    budgets: (name, resource) =>
      groups.budgetsOf(name, resource).map(({ group, max, containers }) => {
        const held = containers.reduce((sum, container) => sum + heldBy(container, resource), 0);
        return { group, left: max - held };
      }),
  };
}
