import type { CpuLimit } from "./cpu-limit.ts";
import type { AgentAddress } from "./declared-host.ts";
import type { Resource } from "./resource.ts";
import type { RunState } from "./run-state.ts";
import type { Boundary, StoredSettings } from "./settings.ts";
import type { StructureName } from "./structure-name.ts";

/**
 * A container that a client subscribed, beside the settings that are stored of it: what of it has no
 * place among settings. Mode, min, max and boundary of what has limits are there and not here, so that
 * nothing is said twice.
 */
export interface Subscription {
  readonly host: StructureName;
  readonly agent: AgentAddress;
  /** Nothing is scaled unless this is true and the resource is guarded too. */
  readonly isGuarded: boolean;
  readonly resources: Readonly<Partial<Record<Resource, SubscribedResource>>>;
  readonly energy?: SubscribedEnergy;
  /** The disk of its host that it lies on. */
  readonly disk?: { readonly name: string; readonly path: string };
  readonly state?: RunState;
  /** It is being subscribed: to everybody else it is not there yet. */
  readonly joining?: Joining;
}

export interface SubscribedResource {
  readonly isGuarded: boolean;
  readonly weight?: number;
}

/** Watts: they are kept for who steers by them. */
export interface SubscribedEnergy extends SubscribedResource {
  readonly min: number;
  readonly max: number;
  readonly current: number;
  readonly boundary?: Boundary;
}

/**
 * How to undo a subscription that was not done when the process died: the settings and the limits that
 * were there before.
 */
export interface Joining {
  readonly settings?: StoredSettings;
  readonly limits: LimitsBefore;
  /** What was to be written, in each resource's unit. */
  readonly wanted: Readonly<Partial<Record<Resource, number>>>;
}

/** `null` = no limit; absent = it could not be read, or there is no such thing. */
export interface LimitsBefore {
  readonly cpu?: CpuLimit;
  readonly mem?: number | null;
  readonly disk_read?: number | null;
  readonly disk_write?: number | null;
  readonly net?: number | null;
}
