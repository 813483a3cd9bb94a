import type { CpuLimit } from "./cpu-limit.ts";
import { type ByRate, isRateResource, type Resource } from "./resource.ts";
import type { StructureName } from "./structure-name.ts";

/** How a container is run: decides which finder finds it and which groups are its own. */
export const engines = ["lxc", "plain"] as const;
export type Engine = (typeof engines)[number];

/**
 * Who a container is, as opposed to what it is called: the inode of its cgroup. A container that was
 * restarted has the same name and another identity.
 */
export type ContainerId = string & { readonly __brand: "ContainerId" };

/** A container's present limits; `null` = no limit, `undefined` = could not be read. */
export interface ContainerLimits {
  readonly cpu: CpuLimit | undefined;
  readonly memMib: number | null | undefined;
  /** Of those the container has; absent = none, or not known. */
  readonly rates?: ByRate<number | null>;
}

/** In the resource's unit; `null` = no limit, `undefined` = not known, or no such resource. */
export function limitIn(limits: ContainerLimits, resource: Resource): number | null | undefined {
  if (isRateResource(resource)) return limits.rates?.[resource];
  return resource === "cpu" ? limits.cpu?.quotaShares : limits.memMib;
}

export interface ContainerFacts {
  readonly name: StructureName;
  readonly id: ContainerId;
  readonly engine: Engine;
  /** The limits found at first sight: what `max` defaults to, and what release puts back. */
  readonly first: ContainerLimits;
}
