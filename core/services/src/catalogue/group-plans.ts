/** Applications and users, and who is a member of them. */
import {
  type Application,
  type ApplicationResource,
  err,
  ok,
  type Result,
  type StructureName,
  type User,
  type UserResource,
} from "@sc/domain";
import type { ApiProblem, ApplicationDeclaration, UserDeclaration } from "@sc/ports";
import type { CatalogueWrite, Proposal } from "./catalogue-book.ts";
import {
  checkAmounts,
  checkBand,
  checkPercent,
  staleProblem,
  takenName,
  unknownStructure,
} from "./catalogue-problems.ts";
import { applicationOf, type CatalogueState, userOf } from "./catalogue-state.ts";

type Planned = Result<Proposal, ApiProblem>;

export const putApplication = (name: StructureName, content: Application): CatalogueWrite => ({
  action: "put",
  document: { kind: "application", name, content },
});
export const putUser = (name: StructureName, content: User): CatalogueWrite => ({
  action: "put",
  document: { kind: "user", name, content },
});

export function planApplication(
  state: CatalogueState,
  name: StructureName,
  { isGuarded, state: runState = "stopped", resources: declared, programs }: ApplicationDeclaration,
): Planned {
  const taken = takenName(state, name);
  if (taken !== undefined) return err(taken);
  const resources: Record<string, ApplicationResource> = {};
  for (const [resource, { min, max, isGuarded, weight, boundary }] of Object.entries(declared)) {
    const place = `resources.${resource}`;
    const problem =
      checkBand(place, { min, max }, "min") ??
      checkAmounts(place, { weight }) ??
      checkPercent(place, boundary?.percent);
    if (problem !== undefined) return err(problem);
    resources[resource] = {
      min,
      max,
      isGuarded,
      ...(weight !== undefined && { weight }),
      ...(boundary !== undefined && { boundary }),
    };
  }
  const content = { containers: [], isGuarded, state: runState, resources, programs };
  return ok({ writes: [putApplication(name, content)] });
}

/** It leaves its user in the same save. */
export function planApplicationRemoval(
  state: CatalogueState,
  name: StructureName,
  revision: number | undefined,
): Planned {
  if (!state.application.has(name)) return err(unknownStructure(name, ["application"]));
  const stale = staleProblem(state, { kind: "application", name }, revision);
  if (stale !== undefined) return err(stale);
  const owners = [...state.user].filter(([, { content }]) => content.applications.includes(name));
  return ok({
    writes: [
      { action: "remove", kind: "application", name },
      ...owners.map(([user, { content }]) => putUser(user, withoutApplication(content, name))),
    ],
  });
}

export function planUser(
  state: CatalogueState,
  name: StructureName,
  { resources: declared, balancingMethod }: UserDeclaration,
): Planned {
  const taken = takenName(state, name);
  if (taken !== undefined) return err(taken);
  const resources: Record<string, UserResource> = {};
  for (const [resource, { min, max }] of Object.entries(declared)) {
    const problem = checkBand(`resources.${resource}`, { min, max }, "min");
    if (problem !== undefined) return err(problem);
    resources[resource] = { min, max };
  }
  const content = {
    applications: [],
    resources,
    ...(balancingMethod !== undefined && { balancingMethod }),
  };
  return ok({ writes: [putUser(name, content)] });
}

export function planUserRemoval(
  state: CatalogueState,
  name: StructureName,
  revision: number | undefined,
): Planned {
  if (!state.user.has(name)) return err(unknownStructure(name, ["user"]));
  const stale = staleProblem(state, { kind: "user", name }, revision);
  if (stale !== undefined) return err(stale);
  return ok({ writes: [{ action: "remove", kind: "user", name }] });
}

interface ContainerPlace {
  readonly container: StructureName;
  readonly application: StructureName;
}
interface ApplicationPlace {
  readonly application: StructureName;
  readonly user: StructureName;
}

export function planContainerIn(
  state: CatalogueState,
  { container, application }: ContainerPlace,
): Planned {
  const kept = findPair(state, { container, application });
  if (!kept.ok) return kept;
  const present = applicationOf(state, container);
  if (present !== undefined) {
    const detail = `Container '${container}' is already subscribed to app '${present}'`;
    return err({ code: "SC_ALREADY_SUBSCRIBED", detail });
  }
  const containers = [...kept.value.containers, container];
  return ok({ writes: [putApplication(application, { ...kept.value, containers })] });
}

export function planContainerOut(
  state: CatalogueState,
  { container, application }: ContainerPlace,
): Planned {
  const kept = findPair(state, { container, application });
  if (!kept.ok) return kept;
  if (!kept.value.containers.includes(container)) {
    const detail = `Container '${container}' missing in app '${application}'`;
    return err({ code: "SC_NOT_SUBSCRIBED", detail });
  }
  return ok({ writes: [putApplication(application, withoutContainer(kept.value, container))] });
}

function findPair(
  state: CatalogueState,
  { container, application }: ContainerPlace,
): Result<Application, ApiProblem> {
  const member = state.subscription.get(container);
  if (member === undefined || member.content.joining !== undefined) {
    return err(unknownStructure(container, ["container"]));
  }
  const kept = state.application.get(application);
  return kept === undefined
    ? err(unknownStructure(application, ["application"]))
    : ok(kept.content);
}

export function planApplicationIn(
  state: CatalogueState,
  { application, user }: ApplicationPlace,
): Planned {
  const kept = findOwner(state, { application, user });
  if (!kept.ok) return kept;
  const present = userOf(state, application);
  if (present !== undefined) {
    const detail = `Application '${application}' already subscribed to user '${present}'`;
    return err({ code: "SC_ALREADY_SUBSCRIBED", detail });
  }
  const applications = [...kept.value.applications, application];
  return ok({ writes: [putUser(user, { ...kept.value, applications })] });
}

export function planApplicationOut(
  state: CatalogueState,
  { application, user }: ApplicationPlace,
): Planned {
  const kept = findOwner(state, { application, user });
  if (!kept.ok) return kept;
  if (!kept.value.applications.includes(application)) {
    const detail = `Application '${application}' missing in user '${user}'`;
    return err({ code: "SC_NOT_SUBSCRIBED", detail });
  }
  return ok({ writes: [putUser(user, withoutApplication(kept.value, application))] });
}

function findOwner(
  state: CatalogueState,
  { application, user }: ApplicationPlace,
): Result<User, ApiProblem> {
  const kept = state.user.get(user);
  if (kept === undefined) return err(unknownStructure(user, ["user"]));
  return state.application.has(application)
    ? ok(kept.content)
    : err(unknownStructure(application, ["application"]));
}

export const withoutContainer = (
  application: Application,
  container: StructureName,
): Application => ({
  ...application,
  containers: application.containers.filter((each) => each !== container),
});

const withoutApplication = (user: User, application: StructureName): User => ({
  ...user,
  applications: user.applications.filter((each) => each !== application),
});
