import {
  formatShares as formatNumber,
  type Resource,
  reason,
  resourceUnits,
  type SampledMember,
  type ScalingRequest,
  type StructureName,
  shareAmong,
} from "@sc/domain";
import type { GroupBook, GroupBudget } from "./group-book.ts";
import type { Refeeder } from "./refeeder.ts";

export type HeldBy = (container: StructureName, resource: Resource) => number;

export interface SiblingsDeps {
  readonly groups: Pick<GroupBook, "applicationOf" | "budgetsOf">;
  readonly refeeder: Pick<Refeeder, "membersOf">;
}

/** Those who want more of one resource than one group has left. */
interface Want {
  readonly resource: Resource;
  readonly budget: GroupBudget;
  readonly left: number;
  readonly growths: ScalingRequest[];
}

/** What gives to a sibling is asked by nobody's policy but the group's. */
const siblingPolicy = "group-share";

/**
 * Where a container needs more than its application or its user has left, those beside it whose application
 * decides about them give what they do not need; the growth itself comes with its next request, when it is
 * there. Moving an amount needs no request for the application, whose sum stays as it is.
 */
export function siblingsThatGive(
  requests: readonly ScalingRequest[],
  deps: SiblingsDeps,
  heldBy: HeldBy,
): readonly ScalingRequest[] {
  const growing = new Set<string>();
  const wants = new Map<string, Want>();
  for (const request of requests) {
    const { structure, resource, amount, isRecommendation, group } = request;
    if (amount <= 0 || isRecommendation || group !== undefined) continue;
    growing.add(keyOf(structure, resource));
    const tightest = tightestOf(deps.groups.budgetsOf(structure, resource), resource, heldBy);
    if (tightest === undefined) continue;
    const key = keyOf(tightest.budget.group, resource);
    const want = wants.get(key) ?? { resource, ...tightest, growths: [] };
    want.growths.push(request);
    wants.set(key, want);
  }
  return [...wants.values()].flatMap((want) => {
    const givers = membersOf(want, deps).filter(
      ({ name }) => !growing.has(keyOf(name, want.resource)),
    );
    return givenFor(want, givers, { deps, heldBy });
  });
}

const keyOf = (name: StructureName, resource: Resource): string => `${resource} ${name}`;

function tightestOf(
  budgets: readonly GroupBudget[],
  resource: Resource,
  heldBy: HeldBy,
): Pick<Want, "budget" | "left"> | undefined {
  return budgets
    .map((budget) => {
      const held = budget.containers.reduce((sum, each) => sum + heldBy(each, resource), 0);
      return { budget, left: Math.max(budget.max - held, 0) };
    })
    .toSorted((a, b) => a.left - b.left)[0];
}

/** All beside them, in the groups' own order. */
function membersOf(
  { budget, resource }: Want,
  { groups, refeeder }: SiblingsDeps,
): readonly SampledMember[] {
  const applications = new Set(
    budget.containers.flatMap((each) => groups.applicationOf(each) ?? []),
  );
  return [...applications].flatMap((each) => refeeder.membersOf(each, resource));
}

function givenFor(
  { budget, left, resource, growths }: Want,
  givers: readonly SampledMember[],
  { deps, heldBy }: { readonly deps: SiblingsDeps; readonly heldBy: HeldBy },
): readonly ScalingRequest[] {
  const [first] = growths;
  const missing = growths.reduce((sum, one) => sum + wantedBy(one, heldBy), 0) - left;
  if (first === undefined || missing < 1) return [];
  const names = growths.map(({ structure }) => structure).join(", ");
  const has = `${budget.group} has ${formatNumber(left)} ${resourceUnits[resource]} left`;
  const why = reason("given-to-sibling", `${names} needs it, and ${has}`);
  const { changes } = shareAmong(-missing, givers);
  return givers.flatMap((giver): readonly ScalingRequest[] => {
    const amount = changes.get(giver.name);
    const onBehalfOf = deps.groups.applicationOf(giver.name);
    if (amount === undefined || onBehalfOf === undefined) return [];
    const { at, stamp, priority } = first;
    return [
      {
        ...{ structure: giver.name, id: giver.id, resource, amount, from: giver.value },
        ...{ priority, isRecommendation: false, policy: siblingPolicy, reason: why },
        ...{ onBehalfOf, at, stamp },
      },
    ];
  });
}

/** What came about since it was asked for is not asked for twice. */
const wantedBy = ({ structure, resource, from, amount }: ScalingRequest, heldBy: HeldBy): number =>
  Math.max(from + amount - heldBy(structure, resource), 0);
