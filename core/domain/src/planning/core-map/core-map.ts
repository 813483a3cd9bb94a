/**
 * Which shares of which core belong to which container, on a host whose containers are pinned. Per
 * core, what is free and what is held are together 100 shares, always.
 *
 * A map is a value: a change makes another map or is refused, so none is ever half changed. What is
 * free is not kept but counted, so it cannot drift from what is held. Shares are kept in whole
 * hundredths: sums stay exact, and no rest of rounding keeps a core in a cpuset.
 */
import { invariant } from "../../invariant.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ContainerId } from "../../structure/container.ts";
import { formatShares } from "../../structure/cpu-limit.ts";
import { sharesPerCore } from "../../units/cpu.ts";
import type { CoreId } from "./cpu-topology.ts";

export interface MappedCore {
  readonly id: CoreId;
  /** Shares per container, each above 0. */
  readonly held: ReadonlyMap<ContainerId, number>;
}

export interface CoreMap {
  /** In the order cores are handed out. */
  readonly cores: readonly MappedCore[];
}

/** Everything is free. `order` names the cores of the host, first to be handed out first. */
export const emptyCoreMap = (order: readonly CoreId[]): CoreMap => ({
  cores: [...beginCores(order)].map(([id, held]) => ({ id, held })),
});

function beginCores(order: readonly CoreId[]): Map<CoreId, Map<ContainerId, number>> {
  const cores = new Map(order.map((id) => [id, new Map<ContainerId, number>()]));
  invariant(cores.size === order.length, "a core is in the order once");
  return cores;
}

/** One entry of a map that was kept somewhere. */
export interface Holding {
  readonly core: CoreId;
  readonly container: ContainerId;
  readonly shares: number;
}

/** The first entry that cannot be, and why. */
export interface InvalidHolding {
  readonly kind: "unknown-core" | "no-amount" | "held-twice" | "core-oversold";
  readonly holding: Holding;
  readonly text: string;
}

/** A map made again of what was kept; refused as a whole if the host cannot be so. */
export function coreMapOf(
  order: readonly CoreId[],
  holdings: readonly Holding[],
): Result<CoreMap, InvalidHolding> {
  const cores = beginCores(order);
  for (const holding of holdings) {
    const { core, container } = holding;
    const shares = inHundredths(holding.shares);
    const refused = (kind: InvalidHolding["kind"], text: string) => err({ kind, holding, text });
    const held = cores.get(core);
    if (held === undefined) return refused("unknown-core", `the host has no core ${core}`);
    // Written so that what is no number is refused too.
    if (!(shares >= 0)) return refused("no-amount", `${holding.shares} is no number of shares`);
    if (held.has(container)) return refused("held-twice", `core ${core} names ${container} twice`);
    if (shares > freeOf({ id: core, held })) {
      return refused("core-oversold", `core ${core} has no ${formatShares(shares)} shares left`);
    }
    if (shares > 0) held.set(container, shares);
  }
  return ok({ cores: [...cores].map(([id, held]) => ({ id, held })) });
}

/** The shares of a core that nobody holds. */
export const freeOf = ({ held }: MappedCore): number =>
  inHundredths(sharesPerCore - sum([...held.values()]));

export const heldOn = ({ held }: MappedCore, container: ContainerId): number =>
  held.get(container) ?? 0;

export const freeShares = ({ cores }: CoreMap): number => sum(cores.map(freeOf));

export const heldShares = ({ cores }: CoreMap, container: ContainerId): number =>
  sum(cores.map((core) => heldOn(core, container)));

/** The cores a container is pinned to, ascending; empty = it is not in the map. */
export const coresOf = ({ cores }: CoreMap, container: ContainerId): readonly CoreId[] =>
  cores
    .filter((core) => core.held.has(container))
    .map((core) => core.id)
    .sort((a, b) => a - b);

/** The map in which a container holds other shares of some cores; 0 takes it off a core. */
export function withShares(
  map: CoreMap,
  container: ContainerId,
  changed: ReadonlyMap<CoreId, number>,
): CoreMap {
  return {
    cores: map.cores.map((core) => {
      const shares = changed.get(core.id);
      if (shares === undefined) return core;
      const held = new Map(core.held);
      if (shares === 0) held.delete(container);
      else held.set(container, shares);
      const next = { ...core, held };
      invariant(shares >= 0 && freeOf(next) >= 0, "a core has 100 shares, and nobody owes any");
      return next;
    }),
  };
}

export const inHundredths = (shares: number): number => Math.round(shares * 100) / 100;

const sum = (values: readonly number[]): number =>
  inHundredths(values.reduce((total, value) => total + value, 0));
