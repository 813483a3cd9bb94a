import type { ContainerId } from "./container.ts";
import type { StructureName } from "./structure-name.ts";

/** What containers are put together to: an application, and applications to a user. */
export type GroupKind = "application" | "user";

/** Who a group is where messages name an identity: it has no cgroup, and is whoever has its name. */
export const groupIdOf = (kind: GroupKind, name: StructureName): ContainerId =>
  `${kind}:${name}` as ContainerId;
