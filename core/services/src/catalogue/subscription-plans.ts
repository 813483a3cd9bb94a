/**
 * What is saved of a container that is subscribed, at each step of it: first that it is joining, with all
 * that is needed to undo it, and once it has its limits that it has joined, with its settings.
 */
import {
  err,
  isLimited,
  type Joining,
  type LimitsBefore,
  limitIn,
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
import type {
  AgentContainerView,
  ApiProblem,
  ContainerDeclaration,
  ContainerResource,
} from "@sc/ports";
import type { WantedLimits } from "./admission.ts";
import { capacityOf, diskViewOf, type Holder } from "./capacity.ts";
import type { Proposal } from "./catalogue-book.ts";
import {
  checkAmounts,
  checkBand,
  checkPercent,
  outOfRange,
  takenName,
} from "./catalogue-problems.ts";
import type { CatalogueState } from "./catalogue-state.ts";
import { bandOf } from "./container-settings.ts";
import { putApplication, withoutContainer } from "./group-plans.ts";

type Planned = Result<Proposal, ApiProblem>;

/** What the host knows of the container that is to be subscribed. */
export interface Newcomer {
  readonly name: StructureName;
  readonly host: StructureName;
  /** Absent = it does not run. */
  readonly container: AgentContainerView | undefined;
  /** Settings of it, from before. */
  readonly stored: StoredSettings | undefined;
  readonly holders: readonly Holder[];
}

/** The order is that of the published framework: clients tell faults apart by what is looked at first. */
export function planJoining(
  state: CatalogueState,
  { name, host, container, stored, holders }: Newcomer,
  declaration: ContainerDeclaration,
): Planned {
  const taken = takenName(state, name);
  if (taken !== undefined) return err(taken);
  const declared = state["declared-host"].get(host)?.content;
  if (declared === undefined) {
    const detail = `Structure host with name ${host} does not exist`;
    return err({ code: "SC_STRUCTURE_UNKNOWN", field: "host", detail });
  }
  if (container === undefined) {
    const detail = `Container host does not report any container named '${name}'`;
    return err({ code: "SC_CONTAINER_NOT_REPORTED", detail });
  }
  const wanted = wantedOf(declaration);
  const joining: Joining = {
    ...(stored !== undefined && { settings: stored }),
    limits: limitsBefore(container),
    wanted,
  };
  const subscription = { ...subscriptionOf(host, declaration), joining };
  const short = whatIsShort(declared, host, { declaration, holders });
  const problem =
    checkFigures(declaration) ??
    (short === undefined ? undefined : refused(`Error updating host ${host}: ${short}`));
  if (problem !== undefined) return err(problem);
  return ok({
    writes: [{ action: "put", document: { kind: "subscription", name, content: subscription } }],
    // The owner's hand, which is ours now, is refused where a policy decides.
    settings: [{ name, resources: inObserve(stored, wanted) }],
  });
}

export const refused = (detail: string): ApiProblem => ({
  code: "SC_SUBSCRIPTION_REFUSED",
  detail,
});

export function planJoined(
  state: CatalogueState,
  name: StructureName,
  declaration: ContainerDeclaration,
): Planned {
  const kept = state.subscription.get(name)?.content;
  if (kept?.joining === undefined) return err(refused(`${name} is not being subscribed any more`));
  const { joining: _, ...content } = kept;
  return ok({
    writes: [{ action: "put", document: { kind: "subscription", name, content } }],
    settings: [{ name, resources: settingsOf(declaration) }],
  });
}

/** It is as if nobody had asked. */
export function planUndone(state: CatalogueState, name: StructureName): Planned {
  const joining = state.subscription.get(name)?.content.joining;
  if (joining === undefined) return ok({ writes: [] });
  return ok({
    writes: [{ action: "remove", kind: "subscription", name }],
    settings: [{ name, becomes: joining.settings }],
  });
}

/** Settings go with it, and it leaves its application. */
export function planLeaving(state: CatalogueState, name: StructureName): Proposal {
  const places = [...state.application].filter(([, { content }]) =>
    content.containers.includes(name),
  );
  return {
    writes: [
      { action: "remove", kind: "subscription", name },
      ...places.map(([application, { content }]) =>
        putApplication(application, withoutContainer(content, name)),
      ),
    ],
    settings: [{ name, becomes: undefined }],
  };
}

const figuresOf = ({
  resources: declared,
}: ContainerDeclaration): readonly (readonly [Resource | "energy", ContainerResource])[] =>
  [...resources, "energy" as const].flatMap((resource) => {
    const figures = declared[resource];
    return figures === undefined ? [] : [[resource, figures] as const];
  });

function checkFigures(declaration: ContainerDeclaration): ApiProblem | undefined {
  for (const [resource, { min, max, current, weight, boundary }] of figuresOf(declaration)) {
    const place = `resources.${resource}`;
    if (resource === "energy" && current === undefined) {
      return outOfRange(`${place}.current`, "Missing key 'current' for 'energy' resource");
    }
    const problem =
      checkBand(place, { min, max, current }, current === undefined ? "min" : "current") ??
      checkAmounts(place, { weight }) ??
      checkPercent(place, boundary?.percent);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const wantedOf = (declaration: ContainerDeclaration): WantedLimits =>
  Object.fromEntries(
    figuresOf(declaration).flatMap(([resource, { current }]) =>
      isLimited(resource) && current !== undefined ? [[resource, current]] : [],
    ),
  );

function limitsBefore({ limits }: AgentContainerView): LimitsBefore {
  const others = resources.flatMap((resource) => {
    const limit = resource === "cpu" ? undefined : limitIn(limits, resource);
    return limit === undefined ? [] : [[resource, limit] as const];
  });
  return { ...(limits.cpu !== undefined && { cpu: limits.cpu }), ...Object.fromEntries(others) };
}

function inObserve(
  stored: StoredSettings | undefined,
  wanted: WantedLimits,
): Readonly<Partial<Record<Resource, StoredResourceSettings>>> {
  const changed = resources.filter(
    (resource) =>
      wanted[resource] !== undefined && stored?.resources?.[resource]?.mode !== "observe",
  );
  return Object.fromEntries(changed.map((resource) => [resource, { mode: "observe" }]));
}

function subscriptionOf(
  host: StructureName,
  { agent, isGuarded, resources: declared, disk }: ContainerDeclaration,
): Subscription {
  const subscribed: Partial<Record<Resource, SubscribedResource>> = {};
  for (const resource of resources) {
    const figures = declared[resource];
    if (figures !== undefined) subscribed[resource] = switchOf(figures);
  }
  const energy = energyOf(declared.energy);
  return {
    host,
    agent,
    isGuarded,
    resources: subscribed,
    ...(energy !== undefined && { energy }),
    ...(disk !== undefined && { disk }),
  };
}

const switchOf = ({ isGuarded, weight }: ContainerResource): SubscribedResource => ({
  isGuarded,
  ...(weight !== undefined && { weight }),
});

function energyOf(figures: ContainerResource | undefined): SubscribedEnergy | undefined {
  if (figures?.current === undefined) return undefined;
  const { min, max, current, boundary } = figures;
  return {
    ...switchOf(figures),
    min,
    max,
    current,
    ...(boundary !== undefined && { boundary }),
  };
}

function settingsOf({
  isGuarded,
  resources: declared,
  policy,
}: ContainerDeclaration): Readonly<Partial<Record<Resource, StoredResourceSettings>>> {
  const settings: Partial<Record<Resource, StoredResourceSettings>> = {};
  for (const resource of resources) {
    const figures = declared[resource];
    if (figures === undefined) continue;
    const { boundary } = figures;
    settings[resource] = {
      mode: isGuarded && figures.isGuarded ? "auto" : "observe",
      ...bandOf(figures),
      ...(boundary !== undefined && { boundary }),
      ...(policy !== undefined && { policy }),
    };
  }
  return settings;
}

/** In the words of the published framework. */
function whatIsShort(
  declared: Parameters<typeof capacityOf>[0],
  host: StructureName,
  {
    declaration,
    holders,
  }: {
    readonly declaration: ContainerDeclaration;
    readonly holders: readonly Holder[];
  },
): string | undefined {
  for (const [resource, { current = 0 }] of figuresOf(declaration)) {
    const capacity = capacityOf(declared, resource, holders);
    if (capacity === undefined && resource === "energy") return `${host} has no 'energy'`;
    if (capacity !== undefined && capacity.free < current) {
      return `Host does not have enough free ${resource}: ${current} wanted, ${capacity.free} free`;
    }
  }
  return declaration.disk === undefined
    ? undefined
    : whatDiskIsShort(declared, { declaration, holders, disk: declaration.disk.name });
}

function whatDiskIsShort(
  { disks }: Parameters<typeof capacityOf>[0],
  {
    declaration,
    holders,
    disk: name,
  }: {
    readonly declaration: ContainerDeclaration;
    readonly holders: readonly Holder[];
    readonly disk: string;
  },
): string | undefined {
  if (Object.keys(disks).length === 0) return "Host does not have disks";
  const disk = Object.hasOwn(disks, name) ? disks[name] : undefined;
  if (disk === undefined) return `Host does not have requested disk ${name}`;
  const { read, write } = diskViewOf(name, disk, holders);
  const reading = declaration.resources.disk_read?.current ?? 0;
  const writing = declaration.resources.disk_write?.current ?? 0;
  const inUse = read.max - read.free + (write.max - write.free);
  const freeInAll = Math.max(read.max, write.max) - inUse;
  if (reading <= read.free && writing <= write.free && reading + writing <= freeInAll) {
    return undefined;
  }
  return `Container host does not have enough free bandwidth requested on disk ${name}`;
}
