import type { StructureName } from "../../structure/structure-name.ts";
import {
  type GroupPlan,
  groupFloor,
  type HostRooms,
  type PlannedApplication,
  planApplication,
} from "./plan-application.ts";
import { type Member, shareAmong, sumOf } from "./share-among.ts";

export interface ApplicationMember extends PlannedApplication {
  readonly name: StructureName;
}

/** A user as a plan needs it: band, and what it is the sum of. */
export interface PlannedUser {
  readonly field: "current" | "max";
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly applications: readonly ApplicationMember[];
}

export interface UserPlan extends GroupPlan {
  readonly applications: ReadonlyMap<StructureName, number>;
}

/** The same as for an application one level up; each share is planned as a change of that application. */
export function planUser(
  user: PlannedUser,
  amount: number,
  rooms: HostRooms = new Map(),
): UserPlan {
  const wanted = insideBand(user, amount);
  const shares = shareAmong(wanted, user.applications.flatMap(memberOf));
  const left = new Map(rooms);
  const applications = new Map<StructureName, number>();
  const containers = new Map<StructureName, number>();
  let placed = 0;
  for (const application of user.applications) {
    const share = shares.changes.get(application.name);
    if (share === undefined) continue;
    const plan = planApplication(pressed(user, application, share), share, left);
    if (plan.amount !== 0) applications.set(application.name, plan.amount);
    placed += plan.amount;
    for (const { name, host } of application.containers) {
      const change = plan.containers.get(name);
      if (change === undefined) continue;
      containers.set(name, change);
      const room = left.get(host);
      if (room !== undefined && change > 0) left.set(host, room - change);
    }
  }
  return { amount: placed, applications, containers };
}

function insideBand({ field, value, min, max, applications }: PlannedUser, amount: number): number {
  if (amount > 0) return field === "max" ? amount : Math.min(amount, Math.max(max - value, 0));
  const isRunning = applications.some((one) => one.isRunning);
  // It has less than it is to have at least: nothing more is taken while something of it runs.
  if (isRunning && value < min) return 0;
  return Math.max(amount, Math.min(groupFloor({ min, isRunning }) - value, 0));
}

/** Where the user has more than its max, its applications have no more than what it leaves them. */
const pressed = (
  { value, max }: PlannedUser,
  application: ApplicationMember,
  share: number,
): ApplicationMember =>
  value > max ? { ...application, max: Math.max(application.value + share, 0) } : application;

/** One that is just starting or stopping, with containers and not running or the reverse, is left alone. */
function memberOf(application: ApplicationMember): Member[] {
  const { name, field, value, max, isRunning, containers } = application;
  if (isRunning !== containers.length > 0) return [];
  const floor = groupFloor(application);
  const most = field === "max" ? Number.POSITIVE_INFINITY : max;
  // Of what it may have at most the published way counts all as spare; of limits, what they do not need.
  const need = field === "max" ? 0 : sumOf(containers.map((one) => one.floor));
  return [{ name, value, min: floor, floor, most, need, isStopped: !isRunning }];
}
