/**
 * What of a declared host is free: counted anew from who holds what, each time somebody asks, so that no
 * counter can drift away from the truth.
 */
import {
  type CataloguedResource,
  type DeclaredDisk,
  type DeclaredHost,
  isLimited,
  limitIn,
  type Resource,
  type StructureName,
  type Subscription,
} from "@sc/domain";
import type { AgentContainerView, CapacityView, DiskView } from "@sc/ports";
import type { CatalogueState } from "./catalogue-state.ts";

export interface Holder {
  readonly name: StructureName;
  readonly subscription: Subscription;
  /** Absent while it does not run: then it holds nothing. */
  readonly container: AgentContainerView | undefined;
}

export const holdersOn = (
  state: CatalogueState,
  host: StructureName,
  find: (name: StructureName) => AgentContainerView | undefined,
): readonly Holder[] =>
  [...state.subscription].flatMap(([name, { content: subscription }]) =>
    subscription.host === host ? [{ name, subscription, container: find(name) }] : [],
  );

/** What it holds of a resource; of one that is being subscribed, what it is going to. */
export function heldBy(
  { subscription, container }: Pick<Holder, "subscription" | "container">,
  resource: CataloguedResource,
): number {
  if (resource === "energy") return subscription.energy?.current ?? 0;
  if (!isLimited(resource)) return 0;
  const wanted = subscription.joining?.wanted[resource];
  if (wanted !== undefined) return wanted;
  const present = subscription.resources[resource];
  if (present === undefined || container === undefined) return 0;
  return limitIn(container.limits, resource) ?? 0;
}

const sumOf = (holders: readonly Holder[], resource: CataloguedResource): number =>
  holders.reduce((sum, holder) => sum + heldBy(holder, resource), 0);

export function capacityOf(
  host: DeclaredHost,
  resource: CataloguedResource,
  holders: readonly Holder[],
): CapacityView | undefined {
  const declared = host.resources[resource];
  if (declared === undefined) return undefined;
  const { max, heldByOthers } = declared;
  return { max, free: Math.max(0, max - heldByOthers - sumOf(holders, resource)) };
}

export function diskViewOf(
  name: string,
  { type, path, loadByOthers, read, write }: DeclaredDisk,
  holders: readonly Holder[],
): DiskView {
  const bound = holders.filter(({ subscription }) => subscription.disk?.name === name);
  const view = (declared: DeclaredDisk["read"], resource: Resource): CapacityView => {
    const held = declared.heldByOthers + sumOf(bound, resource);
    return { max: declared.max, free: Math.max(0, declared.max - held) };
  };
  return {
    name,
    type,
    path,
    load: loadByOthers + bound.length,
    read: view(read, "disk_read"),
    write: view(write, "disk_write"),
  };
}
