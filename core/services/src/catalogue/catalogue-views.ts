/** What was declared, with what is true of it now, as both faces show it. */
import {
  type ByCatalogued,
  type CataloguedResource,
  cataloguedResources,
  isLimited,
  limitIn,
  type Resource,
  resources,
  type StructureName,
  type Subscription,
  thresholds,
} from "@sc/domain";
import type {
  AgentContainerView,
  ApplicationView,
  CatalogueView,
  CoreView,
  DeclaredHostView,
  MemberResourceView,
  SubscribedContainerView,
  UserView,
} from "@sc/ports";
import { usedOf } from "../orchestrator/used-of.ts";
import { capacityOf, diskViewOf, heldBy, holdersOn } from "./capacity.ts";
import {
  applicationOf,
  type CatalogueState,
  type DeclaredKind,
  type Kept,
  userOf,
} from "./catalogue-state.ts";
import { guardOfContainer, type SettingsReader, storedWith } from "./container-settings.ts";

export interface CatalogueViewsDeps {
  readonly registry: SettingsReader;
  readonly container: (name: StructureName) => AgentContainerView | undefined;
  /** Which cores are whose on this host; empty where they are shared. */
  readonly cores: () => readonly CoreView[];
  /** What an application uses of a resource, where somebody adds it up. */
  readonly usedBy?: (name: StructureName, resource: CataloguedResource) => number | undefined;
}

interface SubscribedParts {
  readonly kept: Kept<Subscription>;
  readonly application: StructureName | null | undefined;
  readonly container: AgentContainerView | undefined;
}

export class CatalogueViews {
  readonly #deps: CatalogueViewsDeps;
  /**
   * Of a thousand containers that are listed again and again few have changed since: the others' views are
   * the same objects, for whoever made something of them.
   */
  readonly #made = new WeakMap<
    Kept<Subscription>,
    { readonly basis: readonly unknown[]; readonly view: SubscribedContainerView }
  >();

  constructor(deps: CatalogueViewsDeps) {
    this.#deps = deps;
  }

  view(state: CatalogueState, kind: DeclaredKind, name: StructureName): CatalogueView | undefined {
    switch (kind) {
      case "declared-host":
        return this.host(state, name);
      case "subscription":
        return this.subscribed(state, name);
      case "application":
        return this.application(state, name);
      case "user":
        return this.user(state, name);
    }
  }

  host(state: CatalogueState, name: StructureName): DeclaredHostView | undefined {
    const kept = state["declared-host"].get(name);
    if (kept === undefined) return undefined;
    const { content, revision } = kept;
    const holders = holdersOn(state, name, this.#deps.container);
    const { agent, placement, isGuarded, state: runState, disks } = content;
    return {
      kind: "host",
      name,
      revision,
      agent,
      placement,
      isGuarded,
      state: runState,
      resources: perResource((resource) => capacityOf(content, resource, holders)),
      disks: Object.entries(disks).map(([disk, one]) => diskViewOf(disk, one, holders)),
      cores: placement === "pinned" ? this.#deps.cores() : [],
      containers: holders
        .filter(({ subscription }) => subscription.joining === undefined)
        .map((holder) => holder.name),
    };
  }

  /** One that is being subscribed is not there yet. `application`: looked for where it is left out. */
  subscribed(
    state: CatalogueState,
    name: StructureName,
    application: StructureName | null | undefined = applicationOf(state, name),
  ): SubscribedContainerView | undefined {
    const kept = state.subscription.get(name);
    if (kept === undefined || kept.content.joining !== undefined) return undefined;
    const { container: find, registry } = this.#deps;
    const container = find(name);
    const basis = [
      application,
      registry.storedOf(name),
      registry.settingsOf(name),
      ...figuresOf(container),
    ];
    const last = this.#made.get(kept);
    if (last !== undefined && isSame(last.basis, basis)) return last.view;
    const view = this.#subscribed(name, { kept, application, container });
    this.#made.set(kept, { basis, view });
    return view;
  }

  #subscribed(
    name: StructureName,
    { kept, application, container }: SubscribedParts,
  ): SubscribedContainerView {
    const { content, revision } = kept;
    const guard = guardOfContainer(content, storedWith(this.#deps.registry, name));
    const { host, agent, state: runState, disk } = content;
    return {
      kind: "container",
      name,
      revision,
      host,
      agent,
      isGuarded: guard.isGuarded,
      state: runState,
      application: application ?? undefined,
      disk,
      isRunning: container !== undefined,
      resources: perResource((resource) => {
        if (!isLimited(resource)) return resource === "energy" ? energyView(content) : undefined;
        const subscribed = content.resources[resource];
        return (
          subscribed && {
            ...this.#figures(name, resource, container),
            isGuarded: guard.resources[resource] === true,
            weight: subscribed.weight,
          }
        );
      }),
    };
  }

  #figures(
    name: StructureName,
    resource: Resource,
    container: AgentContainerView | undefined,
  ): Omit<MemberResourceView, "isGuarded" | "weight"> {
    const { registry } = this.#deps;
    const stored = storedWith(registry, name).resources?.[resource];
    const settings = registry.settingsOf(name)?.resources[resource];
    const current = container && limitIn(container.limits, resource);
    return {
      min: stored?.min ?? settings?.min ?? 0,
      max: stored?.max ?? settings?.max ?? 0,
      boundary: settings?.boundary ?? stored?.boundary,
      current: current ?? undefined,
      used: container && usedOf(container, resource),
      ...thresholdsOf(settings, current),
    };
  }

  application(state: CatalogueState, name: StructureName): ApplicationView | undefined {
    const kept = state.application.get(name);
    if (kept === undefined) return undefined;
    const { content, revision } = kept;
    const { containers, isGuarded, state: runState, programs } = content;
    return {
      kind: "application",
      name,
      revision,
      isGuarded,
      state: runState,
      user: userOf(state, name),
      containers,
      programs,
      resources: perResource((resource) => {
        const one = content.resources[resource];
        if (one === undefined) return undefined;
        const { min, max, isGuarded: isOn, weight, boundary } = one;
        const current = one.current ?? this.#heldIn(state, name, resource);
        return {
          min,
          max,
          isGuarded: isOn,
          weight,
          boundary,
          current,
          used: this.#deps.usedBy?.(name, resource),
          ...thresholdsOf(boundary && { max, boundary }, current),
        };
      }),
    };
  }

  user(state: CatalogueState, name: StructureName): UserView | undefined {
    const kept = state.user.get(name);
    if (kept === undefined) return undefined;
    const { content, revision } = kept;
    const { applications, balancingMethod } = content;
    return {
      kind: "user",
      name,
      revision,
      applications,
      balancingMethod,
      resources: perResource((resource) => {
        const one = content.resources[resource];
        if (one === undefined) return undefined;
        const held = applications.map((application) => this.#heldIn(state, application, resource));
        return {
          min: one.min,
          max: one.max,
          current: one.current ?? sumOfKnown(held),
          used: sumOfKnown(
            applications.map((application) => this.#deps.usedBy?.(application, resource)),
          ),
        };
      }),
    };
  }

  /** The sum over the containers that run; absent where none has the resource. */
  #heldIn(
    state: CatalogueState,
    application: StructureName,
    resource: CataloguedResource,
  ): number | undefined {
    if (resource === "disk") return undefined;
    const kept = state.application.get(application)?.content;
    const held = (kept?.containers ?? []).map((name) => {
      const subscription = state.subscription.get(name)?.content;
      if (subscription === undefined) return undefined;
      return heldBy({ subscription, container: this.#deps.container(name) }, resource);
    });
    return sumOfKnown(held) ?? (isLimited(resource) ? 0 : undefined);
  }
}

/** What a view shows of the agent's. */
const figuresOf = (container: AgentContainerView | undefined): readonly unknown[] =>
  container === undefined
    ? []
    : resources.flatMap((resource) => [
        limitIn(container.limits, resource),
        usedOf(container, resource),
      ]);

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((each, index) => each === other[index]);

function energyView({ energy }: Subscription): MemberResourceView | undefined {
  if (energy === undefined) return undefined;
  const { min, max, current, isGuarded, weight, boundary } = energy;
  const unknown = { used: undefined, upper: undefined, lower: undefined };
  return { min, max, current, isGuarded, weight, boundary, ...unknown };
}

/** Under a limit that is known, with a margin that is. */
function thresholdsOf(
  settings: Parameters<typeof thresholds>[0] | undefined,
  current: number | null | undefined,
): Pick<MemberResourceView, "upper" | "lower"> {
  if (settings === undefined || current === undefined)
    return { upper: undefined, lower: undefined };
  const { upper, lower } = thresholds(settings, current);
  return { upper, lower };
}

function perResource<Value>(
  make: (resource: CataloguedResource) => Value | undefined,
): ByCatalogued<Value> {
  const made: Partial<Record<CataloguedResource, Value>> = {};
  for (const resource of cataloguedResources) {
    const value = make(resource);
    if (value !== undefined) made[resource] = value;
  }
  return made;
}

function sumOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
