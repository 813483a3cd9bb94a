import {
  type ApplicationMember,
  err,
  type GroupPlan,
  ok,
  planApplication,
  planUser,
  type Reason,
  type Resource,
  type Result,
  reason,
  type SampledMember,
  type ScalingRequest,
  type StructureName,
} from "@sc/domain";
import type { GroupBook } from "./group-book.ts";
import type { Refeeder } from "./refeeder.ts";

export interface ShareRequestDeps {
  readonly groups: Pick<GroupBook, "applications" | "users">;
  readonly refeeder: Pick<Refeeder, "membersOf">;
}

/**
 * What a request for a group becomes: one for each container whose limit is to change. `undefined`: it is
 * about no group. Where nobody can give or take, it is told why.
 */
export function shareRequest(
  request: ScalingRequest,
  deps: ShareRequestDeps,
): Result<readonly ScalingRequest[], Reason> | undefined {
  const { group, structure: name, resource, amount } = request;
  if (group === undefined) return undefined;
  const applications =
    group === "user" ? (deps.groups.users.get(name)?.applications ?? []) : [name];
  const planned = applications.flatMap((each) => applicationIn(each, resource, deps) ?? []);
  const members = planned.flatMap(({ containers }) => containers);
  if (members.length === 0) return err(reason("gone", `no container of ${name} runs`));
  const { containers: changes } =
    group === "user"
      ? planForUser(planned, request, deps)
      : (planned.map((one) => planApplication(one, amount))[0] ?? nothing);
  if (changes.size === 0) {
    return amount > 0
      ? err(reason("at-max", "its own max, or that of each container, is reached"))
      : err(reason("at-min", "its own min is reached, or each container needs what it has"));
  }
  return ok(
    planned.flatMap((one) =>
      one.containers.flatMap((member): readonly ScalingRequest[] => {
        const change = changes.get(member.name);
        return change === undefined ? [] : [shareOf(request, { one, member, change })];
      }),
    ),
  );
}

const nothing: GroupPlan = { amount: 0, containers: new Map() };

interface Planned extends ApplicationMember {
  readonly containers: readonly SampledMember[];
}

function applicationIn(
  name: StructureName,
  resource: Resource,
  { groups, refeeder }: ShareRequestDeps,
): Planned | undefined {
  const own = groups.applications.get(name)?.resources[resource];
  const containers = refeeder.membersOf(name, resource);
  if (containers.length === 0) return undefined;
  const { min, max } = own ?? { min: 0, max: Number.POSITIVE_INFINITY };
  const value = sumOf(containers);
  // What has containers that run is running, whatever a client said of it last.
  return { name, field: "current", value, min, max, isRunning: true, containers };
}

function planForUser(
  applications: readonly Planned[],
  { structure: name, resource, amount }: ScalingRequest,
  { groups }: ShareRequestDeps,
): GroupPlan {
  const { min, max } = groups.users.get(name)?.resources[resource] ?? { min: 0, max: 0 };
  const value = applications.reduce((sum, one) => sum + one.value, 0);
  // An application of which nothing can be moved would take a share for nothing.
  const movable = applications.filter(({ containers }) =>
    containers.some(({ need }) => need !== undefined),
  );
  return planUser({ field: "current", value, min, max, applications: movable }, amount);
}

function shareOf(
  { group: _, ...request }: ScalingRequest,
  {
    one,
    member,
    change,
  }: { readonly one: Planned; readonly member: SampledMember; readonly change: number },
): ScalingRequest {
  const { code, text } = request.reason;
  const why = reason(code, `application ${one.name}: ${text}`);
  const { id, name: structure, value: from } = member;
  return { ...request, structure, id, amount: change, from, onBehalfOf: one.name, reason: why };
}

const sumOf = (members: readonly SampledMember[]): number =>
  members.reduce((sum, { value }) => sum + value, 0);
