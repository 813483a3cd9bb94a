import { invariant } from "../../invariant.ts";
import { idFor } from "../../testing/sample-data.ts";
import { type CoreMap, coreMapOf, freeOf, heldOn } from "./core-map.ts";
import { type CoreDistribution, type CpuTopology, distributionOrder } from "./cpu-topology.ts";

/** Two sockets of two physical cores with two threads each. */
export const eightCores: CpuTopology = {
  sockets: [
    [
      [0, 4],
      [1, 5],
    ],
    [
      [2, 6],
      [3, 7],
    ],
  ],
};

export type CoreRows = Readonly<Record<number, Readonly<Record<string, number>>>>;

/** A map of the eight cores: per core what each container holds there. */
export function mapFor(
  rows: CoreRows = {},
  distribution: CoreDistribution = "group-first-threads",
): CoreMap {
  const holdings = Object.entries(rows).flatMap(([core, held]) =>
    Object.entries(held).map(([name, shares]) => {
      return { core: Number(core), container: idFor(name), shares };
    }),
  );
  const made = coreMapOf(distributionOrder(eightCores, distribution), holdings);
  invariant(made.ok, "a test's core map is valid");
  return made.value;
}

/** The same the other way round, with what is free; cores that are free as a whole are left out. */
export function rowsOf(map: CoreMap, ...names: readonly string[]): CoreRows {
  const rows = map.cores
    .filter((core) => core.held.size > 0)
    .map((core) => {
      const held = names
        .map((name): readonly [string, number] => [name, heldOn(core, idFor(name))])
        .filter(([, shares]) => shares > 0);
      return [core.id, { ...Object.fromEntries(held), free: freeOf(core) }];
    });
  return Object.fromEntries(rows);
}
