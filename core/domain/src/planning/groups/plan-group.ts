/**
 * What becomes of a request for a whole application, or a whole user: changes of the limits of containers
 * (guardian-scaler.md §3.6.2, §3.6.3). It keeps the group's own band, each member's, and what their hosts
 * have left; what cannot be placed is taken off the request, so a group's figure is always the sum of its
 * members'.
 */
import type { StructureName } from "../../structure/structure-name.ts";
import { type GroupMember, type ShareOut, shareOut } from "./share-out.ts";

export interface PlannedApplication {
  readonly name: StructureName;
  readonly min: number;
  readonly max: number;
  readonly isRunning: boolean;
  /** Its containers. */
  readonly members: readonly GroupMember[];
}

export interface PlannedUser {
  readonly min: number;
  readonly max: number;
  readonly applications: readonly PlannedApplication[];
}

/** How much may be given in all, by what the hosts have left. */
export type RoomFor = (container: StructureName) => number;

const sumOf = (values: Iterable<number>): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
};

/** A group that runs keeps its min; one that does not may give all. */
const floorOf = ({ min }: { readonly min: number }, isRunning: boolean): number =>
  isRunning ? Math.max(min, 1) : 0;

function withinBand(
  amount: number,
  value: number,
  band: { readonly floor: number; readonly max: number },
): number {
  if (amount > 0) return Math.max(Math.min(amount, band.max - value), 0);
  return Math.min(Math.max(amount, band.floor - value), 0);
}

export function planApplication(
  amount: number,
  application: PlannedApplication,
  roomFor: RoomFor = () => Number.POSITIVE_INFINITY,
): ShareOut {
  const { max, members, isRunning } = application;
  const value = sumOf(members.map((member) => member.value));
  const wanted = withinBand(amount, value, { floor: floorOf(application, isRunning), max });
  const bounded = members.map((member) => ({
    ...member,
    max: Math.min(member.max, member.value + Math.max(roomFor(member.name), 0)),
  }));
  return shareOut(wanted, bounded);
}

/** Changes of containers, of all its applications. */
export function planUser(amount: number, user: PlannedUser, roomFor?: RoomFor): ShareOut {
  // One that is just starting or stopping is left alone: nobody knows what it needs.
  const settled = user.applications.filter(
    ({ isRunning, members }) => members.length > 0 === isRunning,
  );
  const isRunning = user.applications.some((application) => application.isRunning);
  const value = sumOf(user.applications.map(sumOfLimits));
  const wanted = withinBand(amount, value, { floor: floorOf(user, isRunning), max: user.max });
  const shares = shareOut(wanted, settled.map(memberOf));
  const changes = new Map<StructureName, number>();
  let placed = 0;
  for (const application of settled) {
    const share = shares.changes.get(application.name);
    if (share === undefined) continue;
    const plan = planApplication(share, application, roomFor);
    placed += plan.placed;
    for (const [name, change] of plan.changes) changes.set(name, change);
  }
  return { changes, placed };
}

const sumOfLimits = ({ members }: PlannedApplication): number =>
  sumOf(members.map((member) => member.value));

function memberOf(application: PlannedApplication): GroupMember {
  const { name, min, max, isRunning, members } = application;
  const known = members.filter(({ used }) => used !== undefined);
  const used = sumOf(known.map((member) => member.used ?? 0));
  return { name, value: sumOfLimits(application), min, max, used, isStopped: !isRunning };
}
