import {
  formatShares as formatNumber,
  groupIdOf,
  type MonotonicSeconds,
  type Resource,
  reason,
  resources,
  resourceUnits,
  type ScalingRequest,
  type StructureName,
  type WallSeconds,
} from "@sc/domain";
import type { GroupBook } from "./group-book.ts";
import type { Refeeder } from "./refeeder.ts";

/** What asks for a user that has more than its max to come down to it. */
const groupMaxPolicy = "group-max";
/** What is less is rounding of the kernel's. */
const leastExcess = 1;

/** A user has no policy: where its max was lowered, or more came than there is, its own word is asked for. */
export function usersAboveMax(
  {
    groups,
    refeeder,
  }: {
    readonly groups: Pick<GroupBook, "users">;
    readonly refeeder: Pick<Refeeder, "membersOf">;
  },
  now: { readonly at: MonotonicSeconds; readonly stamp: WallSeconds },
): readonly ScalingRequest[] {
  return [...groups.users].flatMap(([name, user]) =>
    resources.flatMap((resource) => {
      const max = user.resources[resource]?.max;
      const members = user.applications.flatMap((each) => refeeder.membersOf(each, resource));
      const sum = members.reduce((all, { value }) => all + value, 0);
      const isMovable = members.some(({ need }) => need !== undefined);
      if (max === undefined || sum <= max + leastExcess || !isMovable) return [];
      return [{ ...downToMax({ name, resource, max, sum }), ...now }];
    }),
  );
}

function downToMax({
  name,
  resource,
  max,
  sum,
}: {
  readonly name: StructureName;
  readonly resource: Resource;
  readonly max: number;
  readonly sum: number;
}): Omit<ScalingRequest, "at" | "stamp"> {
  const text = `has ${formatNumber(sum)} ${resourceUnits[resource]} of at most ${formatNumber(max)}`;
  return {
    ...{ structure: name, id: groupIdOf("user", name), group: "user", resource },
    ...{ amount: max - sum, from: sum, priority: 0, isRecommendation: false },
    policy: groupMaxPolicy,
    reason: reason("above-group-max", text),
  };
}
