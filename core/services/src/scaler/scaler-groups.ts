import {
  type Change,
  groupIdOf,
  type HeldRequest,
  type PlanInput,
  type Reason,
  type Resource,
  type Result,
  type ScalingRequest,
  type StructureName,
} from "@sc/domain";
import type { Bus } from "@sc/ports";
import type { GroupBudget } from "../groups/group-book.ts";

/** What the scaler asks about groups. */
export interface ScalerGroups {
  /** There are none: nothing needs to be asked. */
  readonly isEmpty: boolean;
  /** The requests for containers that one for an application becomes; `undefined`: it is for a container. */
  share(request: ScalingRequest): Result<readonly ScalingRequest[], Reason> | undefined;
  /** What those give who do not need it, where others need more than their group has left. */
  give(requests: readonly ScalingRequest[], heldBy: HeldBy): readonly ScalingRequest[];
  budgetsOf(container: StructureName, resource: Resource): readonly GroupBudget[];
  containersOf(application: StructureName): readonly StructureName[];
}

type HeldBy = (container: StructureName, resource: Resource) => number;

interface Around {
  readonly groups: ScalerGroups | undefined;
  readonly heldBy: HeldBy;
}

/** Requests for applications are made into those for their containers. */
export function requestsOfContainers(
  requests: readonly ScalingRequest[],
  { groups, held, heldBy }: Around & { readonly held: HeldRequest[] },
): readonly ScalingRequest[] {
  if (groups === undefined || groups.isEmpty) return requests;
  const shares = requests.flatMap((request) => {
    const shared = groups.share(request);
    if (shared === undefined) return [request];
    if (shared.ok) return shared.value;
    held.push({ request, reason: shared.error });
    return [];
  });
  return [...shares, ...groups.give(requests, heldBy)];
}

/** The limit of an application is the sum of its containers': what moved for it is its change as well. */
export function tellOfApplication(
  bus: Pick<Bus, "publish">,
  change: Change,
  { onBehalfOf, groups, heldBy }: Around & { readonly onBehalfOf: StructureName | undefined },
): void {
  const { old, new: now, outcome, resource } = change;
  if (onBehalfOf === undefined || groups === undefined || outcome !== "applied") return;
  if (typeof old !== "number" || typeof now !== "number") return;
  const containers = groups.containersOf(onBehalfOf);
  const sum = containers.reduce((all, container) => all + heldBy(container, resource), 0);
  const { detail: _, ...rest } = change;
  const id = groupIdOf("application", onBehalfOf);
  const sums = { old: sum - (now - old), new: sum };
  bus.publish("changes", [{ ...rest, ...sums, structure: onBehalfOf, id, sequence: undefined }]);
}

/** What groups have left, by what is held by each container, orders under way included. */
export function budgetsOf({ groups, heldBy }: Around): Pick<PlanInput, "budgets"> {
  if (groups === undefined || groups.isEmpty) return {};
  return {
    budgets: (name, resource) =>
      groups.budgetsOf(name, resource).map(({ group, max, containers }) => {
        const held = containers.reduce((sum, container) => sum + heldBy(container, resource), 0);
        return { group, left: max - held };
      }),
  };
}
