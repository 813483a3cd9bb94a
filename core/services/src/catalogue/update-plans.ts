/** Changes of what is declared already: single figures and switches, or many at once. */
import {
  type Application,
  type ApplicationResource,
  type CataloguedResource,
  cataloguedResources,
  type DeclaredCapacity,
  type DeclaredHost,
  err,
  ok,
  type Result,
  type StructureName,
  type User,
  type UserResource,
} from "@sc/domain";
import type { ApiProblem, CatalogueResourceUpdate, CatalogueUpdate } from "@sc/ports";
import {
  checkAmounts,
  checkBand,
  checkPercent,
  missingResource,
  outOfRange,
} from "./catalogue-problems.ts";
import { boundaryWith } from "./container-settings.ts";

export type Updated<Content> = Result<Content, ApiProblem>;

export const namedIn = (
  update: CatalogueUpdate,
): readonly (readonly [CataloguedResource, CatalogueResourceUpdate])[] =>
  cataloguedResources.flatMap((resource) => {
    const change = update.resources?.[resource];
    return change === undefined ? [] : [[resource, change] as const];
  });

/** A new content with each resource that is named made anew, or the first problem. */
function withResources<One>(
  name: StructureName,
  present: Readonly<Partial<Record<CataloguedResource, One>>>,
  update: CatalogueUpdate,
  change: (place: string, one: One, update: CatalogueResourceUpdate) => Result<One, ApiProblem>,
): Result<Readonly<Partial<Record<CataloguedResource, One>>>, ApiProblem> {
  const resources = { ...present };
  for (const [resource, one] of namedIn(update)) {
    const before = resources[resource];
    if (before === undefined) return err(missingResource(resource, name));
    const after = change(`resources.${resource}`, before, one);
    if (!after.ok) return after;
    resources[resource] = after.value;
  }
  return ok(resources);
}

export function updateHost(
  name: StructureName,
  host: DeclaredHost,
  update: CatalogueUpdate,
): Updated<DeclaredHost> {
  const resources = withResources(name, host.resources, update, changeCapacity);
  if (!resources.ok) return resources;
  const { isGuarded, state } = update;
  return ok({
    ...host,
    resources: resources.value,
    ...(isGuarded !== undefined && { isGuarded }),
    ...(state !== undefined && { state }),
  });
}

function changeCapacity(
  place: string,
  capacity: DeclaredCapacity,
  { max = capacity.max, ...others }: CatalogueResourceUpdate,
): Result<DeclaredCapacity, ApiProblem> {
  const problem = checkNone(place, others, "a host has") ?? checkAmounts(place, { max });
  return problem === undefined ? ok({ ...capacity, max }) : err(problem);
}

export function updateApplication(
  name: StructureName,
  application: Application,
  update: CatalogueUpdate,
): Updated<Application> {
  const strange = checkEnergyAlone(update);
  if (strange !== undefined) return err(strange);
  const resources = withResources(name, application.resources, update, changeApplicationResource);
  if (!resources.ok) return resources;
  const { isGuarded = application.isGuarded, state = application.state } = update;
  return ok({ ...application, isGuarded, state, resources: resources.value });
}

function changeApplicationResource(
  place: string,
  one: ApplicationResource,
  update: CatalogueResourceUpdate,
): Result<ApplicationResource, ApiProblem> {
  const { boundaryPercent, boundaryOf, isGuarded = one.isGuarded, weight, ...amounts } = update;
  const banded = changeBand(place, one, amounts);
  if (!banded.ok) return banded;
  const problem = checkAmounts(place, { weight }) ?? checkPercent(place, boundaryPercent);
  if (problem !== undefined) return err(problem);
  const isBoundary = boundaryPercent !== undefined || boundaryOf !== undefined;
  return ok({
    ...banded.value,
    isGuarded,
    ...(weight !== undefined && { weight }),
    ...(isBoundary && { boundary: boundaryWith(one.boundary, update) }),
  });
}

export function updateUser(
  name: StructureName,
  user: User,
  update: CatalogueUpdate,
): Updated<User> {
  const { isGuarded, state } = update;
  const strange = checkNone("", { isGuarded, state }, "a user has") ?? checkEnergyAlone(update);
  if (strange !== undefined) return err(strange);
  const resources = withResources(name, user.resources, update, changeUserResource);
  return resources.ok ? ok({ ...user, resources: resources.value }) : resources;
}

function changeUserResource(
  place: string,
  one: UserResource,
  { min, max, current, ...others }: CatalogueResourceUpdate,
): Result<UserResource, ApiProblem> {
  const problem = checkNone(place, others, "a user has");
  if (problem !== undefined) return err(problem);
  const amounts = {
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(current !== undefined && { current }),
  };
  return changeBand(place, one, amounts);
}

/** Min, max and what is held, of which only what is named changes; they must make a band together. */
export function changeBand<
  One extends { readonly min: number; readonly max: number; readonly current?: number },
>(
  place: string,
  one: One,
  amounts: Pick<CatalogueResourceUpdate, "min" | "max" | "current">,
): Result<One, ApiProblem> {
  const [changed] = Object.keys(amounts);
  if (changed === undefined) return ok(one);
  const after = { ...one, ...amounts };
  // What was held before a band moved is not this change's fault.
  const { min, max } = after;
  const problem = checkBand(place, { min, max, current: amounts.current }, changed);
  return problem === undefined ? ok(after) : err(problem);
}

/** What is held of a limit is measured, and of energy alone it is set. */
export function checkEnergyAlone(update: CatalogueUpdate): ApiProblem | undefined {
  for (const [resource, { current }] of namedIn(update)) {
    if (current === undefined || resource === "energy") continue;
    const detail = `Invalid parameter: current of ${resource} cannot be set, it can be of energy alone`;
    return outOfRange(`resources.${resource}.current`, detail);
  }
  return undefined;
}

function checkNone(
  place: string,
  values: Readonly<Record<string, unknown>>,
  who: string,
): ApiProblem | undefined {
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const field = place === "" ? key : `${place}.${key}`;
    return outOfRange(field, `Invalid parameter: ${who} no ${field}`);
  }
  return undefined;
}
