import type { ByCatalogued } from "./catalogued-resource.ts";
import type { RunState } from "./run-state.ts";

/** Where the node agent of a host answers, as a client says it. */
export interface AgentAddress {
  readonly address: string;
  readonly port: number;
}

/** How much there is of something, in the resource's unit, and how much of it others than we hand out. */
export interface DeclaredCapacity {
  readonly max: number;
  /** What is held by other than subscribed containers; 0 to max. */
  readonly heldByOthers: number;
}

export interface DeclaredDisk {
  /** What it is, as the client says: `HDD`, `SSD`, `LVM`. */
  readonly type: string;
  readonly path: string;
  /** How many other than subscribed containers use it. */
  readonly loadByOthers: number;
  /** In MiB/s. */
  readonly read: DeclaredCapacity;
  readonly write: DeclaredCapacity;
}

/** `shared`: containers run on all cores. `pinned`: each runs on cores that are handed to it. */
export const hostPlacements = ["shared", "pinned"] as const;
export type HostPlacement = (typeof hostPlacements)[number];

/** What a client said of a host. What the host really has is the agent's to know. */
export interface DeclaredHost {
  readonly agent: AgentAddress;
  readonly placement: HostPlacement;
  readonly resources: ByCatalogued<DeclaredCapacity>;
  readonly disks: Readonly<Record<string, DeclaredDisk>>;
  readonly isGuarded?: boolean;
  readonly state?: RunState;
}
