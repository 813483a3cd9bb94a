/**
 * Deals an amount out to the members of a group: containers of an application, applications of a user.
 * It goes in slices, each to the member that needs it most; what is taken away comes from the one that
 * needs it least (guardian-scaler.md §3.7, published):
 *
 *     1  below its own min      value ÷ min
 *     2  below what it uses     value − min
 *     3  above what it uses     value − use
 *     4  stopped                value
 *
 * The smaller tier, and within it the smaller figure, comes first when there is something to give, and last
 * when something is taken. Unlike the published one no slice jumps past a member's min or max, so nothing
 * has to be trimmed afterwards; what could not be dealt out is told. Refused: shares in proportion to use,
 * which give most to whoever wastes most.
 */
import type { StructureName } from "../../structure/structure-name.ts";

export interface GroupMember {
  readonly name: StructureName;
  /** Its limit now, in the resource's unit. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** `undefined` = not known: nothing is given to it nor taken. */
  readonly used: number | undefined;
  /** Runs nothing: it needs nothing, and may give all. */
  readonly isStopped?: boolean;
}

export interface ShareOut {
  /** Signed, only of those that change, in the order of the members. */
  readonly changes: ReadonlyMap<StructureName, number>;
  /** Their sum: the amount, or as much of it as there was room for. */
  readonly placed: number;
}

/** Published: 5 units of everything but energy. */
export const sliceOfShares = 5;

/** What is left by rounding is nothing. */
const trifle = 1e-9;

export function shareOut(
  amount: number,
  members: readonly GroupMember[],
  slice: number = sliceOfShares,
): ShareOut {
  const values = new Map(members.map(({ name, value }) => [name, value]));
  const candidates = members.filter(({ used }) => used !== undefined);
  let left = Math.abs(amount);
  const isGift = amount > 0;
  while (left > trifle) {
    const chosen = choose(candidates, values, isGift);
    if (chosen === undefined) break;
    const { member, room } = chosen;
    const step = Math.min(slice, left, room);
    const value = values.get(member.name) ?? member.value;
    values.set(member.name, value + (isGift ? step : -step));
    left -= step;
  }
  const changes = new Map<StructureName, number>();
  for (const { name, value } of members) {
    const change = (values.get(name) ?? value) - value;
    if (Math.abs(change) > trifle) changes.set(name, change);
  }
  const size = Math.abs(amount) - Math.max(left, 0);
  return { changes, placed: isGift ? size : -size };
}

type Values = ReadonlyMap<StructureName, number>;

function choose(
  members: readonly GroupMember[],
  values: Values,
  isGift: boolean,
): { readonly member: GroupMember; readonly room: number } | undefined {
  let best:
    | { readonly member: GroupMember; readonly room: number; readonly need: Need }
    | undefined;
  for (const member of members) {
    const value = values.get(member.name) ?? member.value;
    const room = isGift ? member.max - value : value - floorOf(member);
    if (room <= trifle) continue;
    const need = needOf(member, value);
    const order = best === undefined ? -1 : compareNeeds(need, best.need);
    if (isGift ? order < 0 : order > 0 || best === undefined) best = { member, room, need };
  }
  return best;
}

const floorOf = ({ min, isStopped }: GroupMember): number =>
  isStopped === true ? 0 : Math.max(min, 1);

type Need = readonly [tier: number, figure: number];

function needOf(member: GroupMember, value: number): Need {
  const floor = floorOf(member);
  const used = member.used ?? 0;
  if (member.isStopped === true) return [4, value];
  if (value < floor) return [1, value / floor];
  return value < used ? [2, value - floor] : [3, value - used];
}

const compareNeeds = (a: Need, b: Need): number => a[0] - b[0] || a[1] - b[1];
