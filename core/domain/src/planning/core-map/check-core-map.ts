/**
 * Whether what the kernel holds for a container is what the core map says. The map is the book, so
 * where they differ the answer is what the map would have written; whether it is written is for
 * whoever handles drift. Each container is judged for itself: published, the first that could not
 * be judged took all after it along.
 */
import { type Reason, reason } from "../../reason/reason.ts";
import type { ContainerId } from "../../structure/container.ts";
import { formatShares } from "../../structure/cpu-limit.ts";
import { type CoreMap, coresOf, heldShares } from "./core-map.ts";
import type { CoreId } from "./cpu-topology.ts";

/** What was read of one container; `undefined` = could not be read. */
export interface AppliedPlacement {
  readonly container: ContainerId;
  /** Its cpuset, in any order. */
  readonly cores: readonly CoreId[] | undefined;
  /** Its quota; `null` = no limit. */
  readonly quotaShares: number | null | undefined;
  /** The owner's max. */
  readonly max: number;
}

export type PlacementCheck =
  | { readonly kind: "as-mapped" }
  /** Not what the map says, which is this. */
  | { readonly kind: "differs"; readonly cores: readonly CoreId[]; readonly shares: number }
  /** Nothing can be said, or nothing sensible could be written. */
  | { readonly kind: "held"; readonly reason: Reason };

export function checkCoreMap(map: CoreMap, applied: AppliedPlacement): PlacementCheck {
  const { container, cores, quotaShares, max } = applied;
  if (cores === undefined) return held("no-data", "the cpuset could not be read");
  if (quotaShares === undefined) return held("no-data", "the limit could not be read");
  if (quotaShares !== null && quotaShares > max) {
    const text = `the limit ${formatShares(quotaShares)} is above max ${formatShares(max)}`;
    return held("above-max", text);
  }
  const shares = heldShares(map, container);
  // An empty cpuset and no shares would stop it, or be no limit at all.
  if (shares === 0) return held("unknown-structure", "the core map has no core of it");
  const mapped = coresOf(map, container);
  return isSameCores(mapped, cores) && isSameShares(shares, quotaShares)
    ? { kind: "as-mapped" }
    : { kind: "differs", cores: mapped, shares };
}

function isSameCores(a: readonly CoreId[], b: readonly CoreId[]): boolean {
  const known = new Set(b);
  return known.size === a.length && a.every((core) => known.has(core));
}

/** The kernel rounds to whole microseconds of a period, the map to hundredths of a share. */
const isSameShares = (mapped: number, quotaShares: number | null): boolean =>
  quotaShares !== null && Math.abs(mapped - quotaShares) < 0.02;

const held = (code: Reason["code"], text: string): PlacementCheck => ({
  kind: "held",
  reason: reason(code, text),
});
