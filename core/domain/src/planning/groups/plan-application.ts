import type { StructureName } from "../../structure/structure-name.ts";
import { type Member, type Shares, shareAmong, sumOf } from "./share-among.ts";

/** A container of an application, for the limit or the max that is to change. */
export interface ContainerMember extends Member {
  /** Above its floor where more is asked of it than what it does not need: no limit may be below. */
  readonly hardFloor?: number;
  readonly host: string;
}

export interface PlannedApplication {
  /**
   * `current`: the sum of the limits, inside min and max. `max`: what the sum may be at most, and with it
   * what each container may have at most.
   */
  readonly field: "current" | "max";
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly isRunning: boolean;
  readonly containers: readonly ContainerMember[];
}

/** What a group's change comes to; the parent's own is `amount`. */
export interface GroupPlan {
  readonly amount: number;
  readonly containers: ReadonlyMap<StructureName, number>;
}

/** What each host has left for growth; a host that is not named has enough. */
export type HostRooms = ReadonlyMap<string, number>;

/** As much of `amount` as its band, its containers and their hosts have room for. */
export function planApplication(
  application: PlannedApplication,
  amount: number,
  rooms: HostRooms = new Map(),
): GroupPlan {
  const { field, containers } = application;
  const wanted = insideBand(application, amount);
  if (wanted === 0) return nothingPlanned;
  if (containers.length === 0) {
    // Its limit is the sum of theirs: without them only what it may have can change.
    return field === "max" ? { amount: wanted, containers: new Map() } : nothingPlanned;
  }
  const shares = insideHosts(containers, shareOut(application, wanted), rooms);
  return { amount: sumOf(shares.values()), containers: shares };
}

/** A group goes down to its floor at most; above its max it comes down whatever is asked for. */
function insideBand(application: PlannedApplication, amount: number): number {
  const { value, max, field } = application;
  if (amount > 0) return field === "max" ? amount : Math.min(amount, Math.max(max - value, 0));
  return Math.max(amount, Math.min(groupFloor(application) - value, 0));
}

export const groupFloor = ({
  min,
  isRunning,
}: Pick<PlannedApplication, "min" | "isRunning">): number => (isRunning ? Math.max(min, 1) : 0);

/**
 * Those who have more than they need give first. Only where the group has more than its max they give
 * what they need as well, because its max is its owner's word.
 */
function shareOut(
  { field, value, max, containers }: PlannedApplication,
  wanted: number,
): ReadonlyMap<StructureName, number> {
  const shares = shareAmong(wanted, containers);
  const left = wanted - shares.placed;
  const excess = Math.max(value + shares.placed - max, 0);
  const more = Math.max(left, -excess);
  if (field === "max" || more >= 0) return shares.changes;
  const pressed = containers.map((one) => ({
    ...one,
    value: one.value + (shares.changes.get(one.name) ?? 0),
    floor: one.hardFloor ?? one.floor,
  }));
  return added(shares, shareAmong(more, pressed));
}

function added(a: Shares, b: Shares): ReadonlyMap<StructureName, number> {
  const sum = new Map(a.changes);
  for (const [name, change] of b.changes) sum.set(name, (sum.get(name) ?? 0) + change);
  return sum;
}

/** Growth is cut to what the hosts have left, in the order of the containers. */
function insideHosts(
  containers: readonly ContainerMember[],
  shares: ReadonlyMap<StructureName, number>,
  rooms: HostRooms,
): ReadonlyMap<StructureName, number> {
  const left = new Map(rooms);
  const kept = new Map<StructureName, number>();
  for (const { name, host } of containers) {
    const share = shares.get(name) ?? 0;
    const room = Math.max(left.get(host) ?? Number.POSITIVE_INFINITY, 0);
    const cut = Math.min(share, room);
    if (cut > 0) left.set(host, room - cut);
    if (cut !== 0) kept.set(name, cut);
  }
  return kept;
}

const nothingPlanned: GroupPlan = { amount: 0, containers: new Map() };
