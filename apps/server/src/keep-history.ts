import { randomInt } from "node:crypto";
import {
  DatabaseSnapshoter,
  type DatabaseSnapshoterDeps,
  type DocumentDesk,
  SeriesOutputs,
  type SeriesPlace,
} from "@sc/services";

export interface KeepHistoryDeps extends Omit<DatabaseSnapshoterDeps, "settings" | "outputs"> {
  readonly desk: DocumentDesk;
  /** What the host has. */
  readonly totals: Readonly<Record<"cpu" | "mem", number>>;
}

/** How finely chance spreads what must not happen at once. */
const randomSteps = 1_000_000;

/** Who keeps the past, and the stores elsewhere that are told of it. */
export function keepHistory(
  { seriesPlaces: places = [] }: { readonly seriesPlaces?: readonly SeriesPlace[] },
  { desk, totals, ...common }: KeepHistoryDeps,
) {
  const outputs = new SeriesOutputs({
    ...common,
    places,
    facts: () => ({
      totals,
      guardian: desk.inForce("guardian"),
      nodeAgent: desk.inForce("node-agent"),
    }),
    random: () => randomInt(randomSteps) / randomSteps,
  });
  const settings = () => desk.inForce("database-snapshoter");
  return { outputs, keeper: new DatabaseSnapshoter({ ...common, settings, outputs }) };
}
