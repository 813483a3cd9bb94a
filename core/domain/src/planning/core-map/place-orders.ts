/**
 * Finds cores for the cpu orders of one plan, on a host whose containers are pinned.
 *
 * Growth comes before shrinks: it may only take what is free now. What the shrinks of the same plan
 * give back is left for the next plan, as with the host's capacity: a shrink may be refused, and two
 * containers would then share a core that each was promised alone.
 *
 * The map says what was promised, growth under way included. When an order is refused, whoever
 * keeps the map moves the container back to what it holds.
 */
import { type Reason, reason } from "../../reason/reason.ts";
import type { ContainerId } from "../../structure/container.ts";
import { formatShares } from "../../structure/cpu-limit.ts";
import { moveOnCores } from "./change-core-map.ts";
import { type CoreMap, freeShares, heldShares } from "./core-map.ts";
import type { CoreId } from "./cpu-topology.ts";

export interface PlacedWish {
  readonly container: ContainerId;
  /** Its limit before the order and after it. */
  readonly current: number;
  readonly target: number;
}

export interface PlacedCores {
  readonly kind: "placed";
  /** The limit the cores are enough for: the target, or less for a growth that was cut. */
  readonly limit: number;
  /** The cpuset to write, ascending, never empty. */
  readonly cores: readonly CoreId[];
  /** Why it is less than the target; `undefined` = it is not. */
  readonly cut: string | undefined;
}

export type PlacementOutcome = PlacedCores | { readonly kind: "held"; readonly reason: Reason };

export interface Placement {
  /** The map after the orders placed; of those held nothing is in it. */
  readonly map: CoreMap;
  readonly outcomes: ReadonlyMap<ContainerId, PlacementOutcome>;
}

/** `wishes` in the order of the plan, one per container. */
export function placeOrders(before: CoreMap, wishes: readonly PlacedWish[]): Placement {
  // By what the map holds and not by the limit: the two may be out of step.
  const takes = ({ container, target }: PlacedWish) => target > heldShares(before, container);
  const outcomes = new Map<ContainerId, PlacementOutcome>();
  let map = before;
  for (const wish of wishes.toSorted((a, b) => Number(takes(b)) - Number(takes(a)))) {
    const step = placeOne(map, wish);
    map = step.map;
    outcomes.set(wish.container, step.outcome);
  }
  return { map, outcomes };
}

interface Step {
  readonly map: CoreMap;
  readonly outcome: PlacementOutcome;
}

function placeOne(map: CoreMap, { container, current, target }: PlacedWish): Step {
  const hold = (code: Reason["code"], text: string): Step => ({
    map,
    outcome: { kind: "held", reason: reason(code, text) },
  });
  const full = `the cores have ${formatShares(freeShares(map))} shares left`;
  const moved = moveOnCores(map, container, target);
  if (!moved.ok) return hold("host-full", full);
  const { map: next, heldShares: shares, cores } = moved.value;
  // To the kernel an empty cpuset and no quota mean the opposite of nothing.
  if (shares === 0) return hold("below-min", "no core would be left to it");
  const place = (limit: number, cut?: string): Step => ({
    map: next,
    outcome: { kind: "placed", limit, cores, cut },
  });
  // The map counts in hundredths.
  if (shares >= target - 0.01) return place(target);
  // A growth of less than a share refills the container for nothing. A map that is behind the limit
  // would even lower it: that is a shrink, which nobody asked for and no brake has seen.
  if (shares < current + 1) return hold("host-full", full);
  return place(shares, `the cores have only ${formatShares(shares - current)} shares left`);
}
