/**
 * Who of a group gets more, or gives back, when the group as a whole changes. Dealt out slice by slice, so
 * that each slice goes to whom it serves most as things stand then. Who is ranked lowest gets, who is ranked
 * highest gives:
 *
 *     1  below its min              by value ÷ min
 *     2  below what it needs        by value − min
 *     3  has more than it needs     by value − need
 *     4  stopped                    by value
 *
 * Nobody is taken below its floor or given more than its most, also by the last slice: the published way let
 * a slice jump past them. What finds no place is told, and whoever asks takes it off the parent.
 */
import type { StructureName } from "../../structure/structure-name.ts";
import { sliceFor } from "./slices.ts";

/** One of those an amount is dealt out to; all in the resource's unit. */
export interface Member {
  readonly name: StructureName;
  readonly value: number;
  readonly min: number;
  /** Nothing is taken from it below; at least min where its owner is to be heard. */
  readonly floor: number;
  readonly most: number;
  /** `undefined` = not known: it neither gets nor gives, as missing is not zero. */
  readonly need: number | undefined;
  readonly isStopped?: boolean;
}

export interface Shares {
  /** Of whom something changes, in the order of the members. */
  readonly changes: ReadonlyMap<StructureName, number>;
  /** The sum of the changes. */
  readonly placed: number;
}

/** What is less is lost by rounding, and nobody's gain. */
const least = 1e-6;

export function shareAmong(
  amount: number,
  members: readonly Member[],
  slice: number = sliceFor(amount),
): Shares {
  const sign = amount < 0 ? -1 : 1;
  const takers = members.flatMap((member): Taker[] =>
    member.need === undefined ? [] : [{ member, need: member.need, value: member.value }],
  );
  let left = Math.abs(amount);
  while (left > least) {
    const taker = nextOf(takers, sign);
    if (taker === undefined) break;
    const given = Math.min(slice, left, roomOf(taker, sign));
    taker.value += sign * given;
    left -= given;
  }
  const changes = new Map<StructureName, number>();
  for (const { member, value } of takers) {
    if (value !== member.value) changes.set(member.name, value - member.value);
  }
  return { changes, placed: sumOf(changes.values()) };
}

interface Taker {
  readonly member: Member;
  readonly need: number;
  value: number;
}

function nextOf(takers: readonly Taker[], sign: 1 | -1): Taker | undefined {
  let best: Taker | undefined;
  for (const taker of takers) {
    if (roomOf(taker, sign) <= least) continue;
    if (best === undefined || sign * compareRanks(rankOf(taker), rankOf(best)) < 0) best = taker;
  }
  return best;
}

const roomOf = ({ member, value }: Taker, sign: 1 | -1): number =>
  sign > 0 ? member.most - value : value - member.floor;

type Rank = readonly [tier: number, within: number];

function rankOf({ member, need, value }: Taker): Rank {
  if (member.isStopped === true) return [4, value];
  if (value < member.min) return [1, value / member.min];
  return value < need ? [2, value - member.min] : [3, value - need];
}

const compareRanks = (a: Rank, b: Rank): number => a[0] - b[0] || a[1] - b[1];

export function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
