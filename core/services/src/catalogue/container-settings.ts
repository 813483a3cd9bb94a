import {
  type Boundary,
  type Guard,
  guardOf,
  type Mode,
  type Resource,
  resources,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureName,
  type Subscription,
} from "@sc/domain";
import { type StructureChange, settingsAfter } from "../structure-registry/stored-structures.ts";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";

export type SettingsReader = Pick<StructureRegistry, "settingsOf" | "storedOf">;

/** What is stored of a container's settings, with what is about to be. */
export function storedWith(
  registry: SettingsReader,
  name: StructureName,
  unsaved: readonly StructureChange[] = [],
): StoredSettings {
  return unsaved
    .filter((change) => change.name === name)
    .reduce<StoredSettings>(
      (stored, change) => settingsAfter(stored, change) ?? {},
      registry.storedOf(name) ?? {},
    );
}

/** The mode each resource of a subscribed container is in. */
function modesOf({ resources: stored }: StoredSettings): Readonly<Partial<Record<Resource, Mode>>> {
  return Object.fromEntries(
    resources.flatMap((resource) => {
      const mode = stored?.[resource]?.mode;
      return mode === undefined ? [] : [[resource, mode] as const];
    }),
  );
}

export function guardOfContainer(subscription: Subscription, stored: StoredSettings): Guard {
  const { isGuarded, resources: subscribed } = subscription;
  const switches = Object.fromEntries(
    Object.entries(subscribed).map(([resource, one]) => [resource, one.isGuarded]),
  );
  return guardOf({ isGuarded, resources: switches }, modesOf(stored));
}

/** Where nobody says how wide a margin is to be. */
const usualBoundary: Boundary = { percent: 10, of: "max" };

export const boundaryWith = (
  present: Boundary = usualBoundary,
  {
    boundaryPercent,
    boundaryOf,
  }: {
    readonly boundaryPercent?: number;
    readonly boundaryOf?: Boundary["of"];
  },
): Boundary => ({ percent: boundaryPercent ?? present.percent, of: boundaryOf ?? present.of });

/** The kernel takes no limit of cpu below one share, and none of anything that is nothing. */
const leastLimit = 1;

/** A band as it can be in force. */
export const bandOf = ({
  min,
  max,
}: {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}): Pick<StoredResourceSettings, "min" | "max"> => ({
  ...(min !== undefined && { min: Math.max(min, leastLimit) }),
  ...(max !== undefined && { max: Math.max(max, leastLimit) }),
});
