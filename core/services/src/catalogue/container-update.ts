/**
 * Changes of a subscribed container. The guard's switches are made into modes here and nowhere else, in
 * the save that keeps the switches.
 */
import {
  err,
  type Guard,
  isLimited,
  modesForGuard,
  ok,
  type Resource,
  type Result,
  resources,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureName,
  type SubscribedEnergy,
  type SubscribedResource,
  type Subscription,
} from "@sc/domain";
import type { ApiProblem, CatalogueResourceUpdate, CatalogueUpdate } from "@sc/ports";
import { checkAmounts, checkPercent, missingResource } from "./catalogue-problems.ts";
import { bandOf, boundaryWith, guardOfContainer } from "./container-settings.ts";
import { changeBand, checkEnergyAlone, namedIn } from "./update-plans.ts";

export interface ContainerPlan {
  readonly content: Subscription;
  readonly settings: Readonly<Partial<Record<Resource, StoredResourceSettings>>>;
  /** What nobody scales any more. */
  readonly leavingAuto: readonly Resource[];
}

export function updateContainer(
  name: StructureName,
  {
    subscription,
    stored,
  }: { readonly subscription: Subscription; readonly stored: StoredSettings },
  update: CatalogueUpdate,
): Result<ContainerPlan, ApiProblem> {
  const problem = checkEnergyAlone(update) ?? checkThere(name, subscription, update);
  if (problem !== undefined) return err(problem);
  const energy = changeEnergy(subscription.energy, update.resources?.energy);
  if (!energy.ok) return energy;
  const figures = changeFigures(stored, update);
  if (!figures.ok) return figures;
  const before = guardOfContainer(subscription, stored);
  const after = guardAfter(before, update);
  const modes = modesForGuard(before, after);
  const settings: Partial<Record<Resource, StoredResourceSettings>> = { ...figures.value };
  for (const resource of resources) {
    const mode = modes[resource];
    if (mode !== undefined) settings[resource] = { ...settings[resource], mode };
  }
  return ok({
    content: contentAfter(subscription, { update, guard: after, energy: energy.value }),
    settings,
    leavingAuto: resources.filter((resource) => modes[resource] === "observe"),
  });
}

function checkThere(
  name: StructureName,
  { resources: present, energy }: Subscription,
  update: CatalogueUpdate,
): ApiProblem | undefined {
  for (const [resource] of namedIn(update)) {
    const isThere = isLimited(resource)
      ? present[resource] !== undefined
      : resource === "energy" && energy !== undefined;
    if (!isThere) return missingResource(resource, name);
  }
  return undefined;
}

function changeEnergy(
  energy: SubscribedEnergy | undefined,
  update: CatalogueResourceUpdate | undefined,
): Result<SubscribedEnergy | undefined, ApiProblem> {
  if (energy === undefined || update === undefined) return ok(energy);
  const { boundaryPercent, boundaryOf, isGuarded = energy.isGuarded, weight, ...amounts } = update;
  const place = "resources.energy";
  const banded = changeBand(place, energy, amounts);
  if (!banded.ok) return banded;
  const problem = checkAmounts(place, { weight }) ?? checkPercent(place, boundaryPercent);
  if (problem !== undefined) return err(problem);
  const isBoundary = boundaryPercent !== undefined || boundaryOf !== undefined;
  return ok({
    ...banded.value,
    isGuarded,
    ...(weight !== undefined && { weight }),
    ...(isBoundary && { boundary: boundaryWith(energy.boundary, update) }),
  });
}

/** Min, max and boundary of what has limits: they are settings. */
function changeFigures(
  stored: StoredSettings,
  update: CatalogueUpdate,
): Result<ContainerPlan["settings"], ApiProblem> {
  const settings: Partial<Record<Resource, StoredResourceSettings>> = {};
  for (const [resource, change] of namedIn(update)) {
    if (!isLimited(resource)) continue;
    const place = `resources.${resource}`;
    const { boundaryPercent, boundaryOf, min, max } = change;
    const before = stored.resources?.[resource];
    const amounts = bandOf({ min, max });
    const banded = changeBand(
      place,
      { min: before?.min ?? 0, max: before?.max ?? Number.MAX_SAFE_INTEGER },
      { ...(min !== undefined && { min }), ...(max !== undefined && { max }) },
    );
    if (!banded.ok) return banded;
    const problem =
      checkAmounts(place, { weight: change.weight }) ?? checkPercent(place, boundaryPercent);
    if (problem !== undefined) return err(problem);
    const isBoundary = boundaryPercent !== undefined || boundaryOf !== undefined;
    settings[resource] = {
      ...amounts,
      ...(isBoundary && { boundary: boundaryWith(before?.boundary, change) }),
    };
  }
  return ok(settings);
}

function guardAfter(before: Guard, { isGuarded, resources: changed }: CatalogueUpdate): Guard {
  const switches: Partial<Record<Resource, boolean>> = { ...before.resources };
  for (const resource of resources) {
    const isOn = changed?.[resource]?.isGuarded;
    if (isOn !== undefined) switches[resource] = isOn;
  }
  return { isGuarded: isGuarded ?? before.isGuarded, resources: switches };
}

function contentAfter(
  subscription: Subscription,
  {
    update,
    guard,
    energy,
  }: {
    readonly update: CatalogueUpdate;
    readonly guard: Guard;
    readonly energy: SubscribedEnergy | undefined;
  },
): Subscription {
  const { state } = update;
  const subscribed: Partial<Record<Resource, SubscribedResource>> = {};
  for (const resource of resources) {
    const one = subscription.resources[resource];
    if (one === undefined) continue;
    const weight = update.resources?.[resource]?.weight ?? one.weight;
    subscribed[resource] = {
      isGuarded: guard.resources[resource] === true,
      ...(weight !== undefined && { weight }),
    };
  }
  return {
    ...subscription,
    isGuarded: guard.isGuarded,
    resources: subscribed,
    ...(energy !== undefined && { energy }),
    ...(state !== undefined && { state }),
  };
}
