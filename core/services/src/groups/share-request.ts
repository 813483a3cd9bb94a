import {
  err,
  ok,
  planApplication,
  type Reason,
  type Result,
  reason,
  type ScalingRequest,
} from "@sc/domain";
import type { GroupBook } from "./group-book.ts";
import type { Refeeder } from "./refeeder.ts";

export interface ShareRequestDeps {
  readonly groups: Pick<GroupBook, "applications">;
  readonly refeeder: Pick<Refeeder, "membersOf">;
}

/**
 * What a request for an application becomes: one for each container whose limit is to change. `undefined`:
 * it is about no application. Where nobody can give or take, it is told why.
 */
export function shareRequest(
  request: ScalingRequest,
  { groups, refeeder }: ShareRequestDeps,
): Result<readonly ScalingRequest[], Reason> | undefined {
  const { structure: name, resource, amount } = request;
  const application = groups.applications.get(name);
  if (application === undefined) return undefined;
  const own = application.resources[resource];
  const members = refeeder.membersOf(name, resource);
  if (own === undefined || members.length === 0)
    return err(reason("gone", `no container of ${name} runs`));
  const { min, max } = own;
  const value = members.reduce((sum, member) => sum + member.value, 0);
  // What has containers that run is running, whatever a client said of it last.
  const isRunning = true;
  const planned = { field: "current", value, min, max, isRunning, containers: members } as const;
  const { containers: changes } = planApplication(planned, amount);
  if (changes.size === 0) {
    return amount > 0
      ? err(reason("at-max", "its own max, or that of each container, is reached"))
      : err(reason("at-min", "its own min, or that of each container, is reached"));
  }
  const { code, text } = request.reason;
  return ok(
    members.flatMap((member): readonly ScalingRequest[] => {
      const change = changes.get(member.name);
      if (change === undefined) return [];
      const why = reason(code, `application ${name}: ${text}`);
      const { id, value: from } = member;
      return [{ ...request, structure: member.name, id, amount: change, from, reason: why }];
    }),
  );
}
