/**
 * Growing, shrinking and removing a container in a core map.
 *
 *     grow    its own cores, then cores nobody uses, then any other, each in the map's order
 *     shrink  the cores it holds least of first; of equals the last in the map's order
 *
 * So a container stays on few cores and leaves those it hardly uses. Published, a growth that found
 * nothing was a success, and a shrink by too much failed after it had changed the map. Here both
 * are refused, and the map is the one it was.
 */
import { invariant } from "../../invariant.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ContainerId } from "../../structure/container.ts";
import { sharesPerCore } from "../../units/cpu.ts";
import {
  type CoreMap,
  coresOf,
  freeOf,
  heldOn,
  heldShares,
  inHundredths,
  type MappedCore,
  withShares,
} from "./core-map.ts";
import type { CoreId } from "./cpu-topology.ts";

export interface CoreMapChange {
  readonly map: CoreMap;
  /** What the container holds now. */
  readonly heldShares: number;
  /** What was granted, above 0, or given back, below; may be less than was asked for. */
  readonly changedShares: number;
  /** The cores it is pinned to now, ascending. */
  readonly cores: readonly CoreId[];
}

export type CoreMapRefusal =
  | { readonly kind: "no-free-core" }
  | { readonly kind: "holds-less"; readonly heldShares: number };

type Changed = Result<CoreMapChange, CoreMapRefusal>;

/** By as much as there is, at most `shares`; refused when there is nothing. */
export function growOnCores(map: CoreMap, container: ContainerId, shares: number): Changed {
  const wanted = amountOf(shares);
  let missing = wanted;
  const changed = new Map<CoreId, number>();
  for (const core of growthOrder(map, container)) {
    const taken = Math.min(missing, freeOf(core));
    if (taken <= 0) continue;
    changed.set(core.id, inHundredths(heldOn(core, container) + taken));
    missing = inHundredths(missing - taken);
  }
  if (wanted > 0 && missing === wanted) return err({ kind: "no-free-core" });
  return ok(changeOf(map, container, withShares(map, container, changed)));
}

/** By exactly `shares`; refused when it holds less. */
export function shrinkOnCores(map: CoreMap, container: ContainerId, shares: number): Changed {
  let left = amountOf(shares);
  const held = heldShares(map, container);
  if (held < left) return err({ kind: "holds-less", heldShares: held });
  const changed = new Map<CoreId, number>();
  for (const core of shrinkOrder(map, container)) {
    if (left <= 0) break;
    const own = heldOn(core, container);
    const given = Math.min(left, own);
    changed.set(core.id, inHundredths(own - given));
    left = inHundredths(left - given);
  }
  return ok(changeOf(map, container, withShares(map, container, changed)));
}

/** Towards `shares` in all: exactly when that is less, as far as there is room when it is more. */
export function moveOnCores(map: CoreMap, container: ContainerId, shares: number): Changed {
  const difference = inHundredths(amountOf(shares) - heldShares(map, container));
  return difference < 0
    ? shrinkOnCores(map, container, -difference)
    : growOnCores(map, container, difference);
}

/** Gives all it holds back; of what is not in the map, nothing. */
export function removeFromCores(map: CoreMap, container: ContainerId): CoreMapChange {
  const none = new Map(coresOf(map, container).map((core) => [core, 0]));
  return changeOf(map, container, withShares(map, container, none));
}

function growthOrder(map: CoreMap, container: ContainerId): readonly MappedCore[] {
  const rank = (core: MappedCore): number => {
    if (core.held.has(container)) return 0;
    return freeOf(core) === sharesPerCore ? 1 : 2;
  };
  // Sorting is stable: within a rank the map's order stays.
  return map.cores.toSorted((a, b) => rank(a) - rank(b));
}

const shrinkOrder = (map: CoreMap, container: ContainerId): readonly MappedCore[] =>
  map.cores
    .filter((core) => core.held.has(container))
    .reverse()
    .sort((a, b) => heldOn(a, container) - heldOn(b, container));

function changeOf(before: CoreMap, container: ContainerId, map: CoreMap): CoreMapChange {
  const held = heldShares(map, container);
  const changedShares = inHundredths(held - heldShares(before, container));
  return { map, heldShares: held, changedShares, cores: coresOf(map, container) };
}

function amountOf(shares: number): number {
  invariant(
    Number.isFinite(shares) && shares >= 0,
    "an amount is a number of shares, not negative",
  );
  return inHundredths(shares);
}
