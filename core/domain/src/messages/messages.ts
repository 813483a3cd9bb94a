import type { Accounting } from "../accounting/accounting.ts";
import type { GroupSample } from "../observation/group-sample.ts";
import type { UsageBatch } from "../observation/usage-sample.ts";
import type { Reason } from "../reason/reason.ts";
import type { ContainerFacts, ContainerId } from "../structure/container.ts";
import type { CpuLimit, CpuShape } from "../structure/cpu-limit.ts";
import type { GroupKind } from "../structure/group.ts";
import type { Mode } from "../structure/mode.ts";
import type { ByPresentResource, RateResource, Resource } from "../structure/resource.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { MonotonicSeconds, WallSeconds } from "../units/time.ts";

/** One observation that a threshold was crossed within one window; expires. */
export interface ResourceEvent {
  readonly structure: StructureName;
  readonly resource: Resource;
  /** `up`: usage above upper, a bottleneck. `down`: usage below lower, underuse. */
  readonly direction: "up" | "down";
  readonly rule: string;
  readonly used: number;
  readonly threshold: number;
  readonly at: MonotonicSeconds;
  readonly stamp: WallSeconds;
}

/**
 * A wish to change one limit, with its reason. Amounts in the resource's unit, signed; 0 only where
 * nothing but the shape of a cpu limit is to change.
 */
export interface ScalingRequest {
  readonly structure: StructureName;
  readonly id: ContainerId;
  readonly resource: Resource;
  readonly amount: number;
  /** The limit the wish was made from; for an unlimited container its max. */
  readonly from: number;
  /** Of cpu: the rest of the limit; absent = no burst, the period that is set. */
  readonly cpu?: CpuShape;
  readonly priority: number;
  /** `recommend`: recorded, never planned. */
  readonly isRecommendation: boolean;
  readonly policy: string;
  readonly reason: Reason;
  /** It is about the sum of a group; absent = about a container. */
  readonly group?: GroupKind;
  /** The application whose change this is a share of. */
  readonly onBehalfOf?: StructureName;
  readonly at: MonotonicSeconds;
  readonly stamp: WallSeconds;
}

/** What the guardian did not ask for, and why: doing nothing is an outcome with a name. */
export interface Hold {
  readonly structure: StructureName;
  readonly resource: Resource;
  readonly reason: Reason;
  readonly at: MonotonicSeconds;
}

/** Who wanted a change. */
export type Author =
  | { readonly kind: "policy"; readonly name: string }
  | { readonly kind: "person"; readonly name: string }
  | {
      readonly kind: "agent";
      readonly name: "release" | "drift-repair" | "recovery" | "safe-limit" | "memory-wait";
    };

export type LimitValue =
  | { readonly resource: "cpu"; readonly limit: CpuLimit }
  | {
      readonly resource: "mem";
      readonly memMib: number | null;
      /** Tasks wait at it for a higher one, instead of being killed. */
      readonly isWaitedAt?: boolean;
    }
  | {
      readonly resource: RateResource;
      /** `null` = no limit. */
      readonly amount: number | null;
    };

/** In the resource's unit; `null` = no limit. */
export function amountOf(value: LimitValue): number | null {
  if (value.resource === "cpu") return value.limit.quotaShares;
  return value.resource === "mem" ? value.memMib : value.amount;
}

/** One limit to write, given to the agent of the container's host. */
export interface Order {
  /** Strictly growing per structure and resource: an older order never overwrites a newer one. */
  readonly sequence: number;
  readonly host: string;
  readonly structure: StructureName;
  readonly id: ContainerId;
  readonly target: LimitValue;
  /** The limit it was planned from, `null` = none: under another it would be no such change. */
  readonly from?: number | null;
  readonly author: Author;
  readonly reason: Reason;
}

/** What became of an order, or of a change that was not ordered (drift, release, recovery). */
export interface Change {
  readonly host: string;
  readonly structure: StructureName;
  readonly id: ContainerId;
  readonly resource: Resource;
  readonly outcome: "applied" | "refused" | "noticed";
  /** In the resource's unit; `null` = no limit, `undefined` = not known. */
  readonly old: number | null | undefined;
  readonly new: number | null | undefined;
  readonly author: Author | { readonly kind: "other-hand" };
  readonly reason: Reason;
  /** What the judge did to the order, or the kernel's answer; absent when it was taken as it was. */
  readonly detail?: Reason;
  readonly sequence: number | undefined;
  readonly at: MonotonicSeconds;
  readonly stamp: WallSeconds;
}

/** A container came, went, or must be looked at anew (restarted, changed by another hand). */
export type ContainerNotice =
  | {
      readonly kind: "appeared";
      readonly facts: ContainerFacts;
      /** Its name was known with another identity before: it was restarted. */
      readonly isRestart: boolean;
      /** An earlier agent had it in hand, and what it did within the last minutes is not known. */
      readonly isTakenUp?: boolean;
      readonly at: MonotonicSeconds;
    }
  | {
      readonly kind: "gone";
      readonly name: StructureName;
      readonly id: ContainerId;
      readonly at: MonotonicSeconds;
    }
  | {
      /** The kernel ended one of its processes for want of memory. */
      readonly kind: "killed";
      readonly name: StructureName;
      readonly id: ContainerId;
      readonly at: MonotonicSeconds;
    }
  | {
      /** State about it must be dropped; what was observed before no longer counts. */
      readonly kind: "start-anew";
      readonly name: StructureName;
      readonly id: ContainerId;
      readonly reason: Reason;
      readonly at: MonotonicSeconds;
    };

/** What the scaler did not make an order of, and why. */
export interface HeldRequest {
  readonly request: ScalingRequest;
  readonly reason: Reason;
}

/** The limits that are really applied on a host, and what was used, at one time. */
export interface StructureSnapshot {
  readonly host: string;
  readonly at: MonotonicSeconds;
  readonly stamp: WallSeconds;
  readonly structures: readonly StructureState[];
}

export interface StructureState {
  readonly name: StructureName;
  readonly id: ContainerId;
  /** Rates only of those it has. */
  readonly resources: ByPresentResource<ResourceState>;
  /** Integrals since the container was first seen. */
  readonly accounting: Accounting;
  /** As the kernel counts them since the group was made; `undefined` = could not be read. */
  readonly cpuUsedSeconds: number | undefined;
  readonly throttledSeconds: number | undefined;
}

/** In the resource's unit; `undefined` = not known. */
export interface ResourceState {
  readonly mode: Mode;
  readonly min: number;
  readonly max: number;
  /** `null` = no limit. */
  readonly current: number | null | undefined;
  readonly used: number | undefined;
  readonly upper: number | undefined;
  readonly lower: number | undefined;
}

/** What travels on the bus. In process the values travel as they are. */
export interface Messages {
  readonly usage: UsageBatch;
  readonly groups: readonly GroupSample[];
  readonly events: readonly ResourceEvent[];
  readonly requests: readonly ScalingRequest[];
  readonly holds: readonly Hold[];
  readonly held: readonly HeldRequest[];
  readonly orders: readonly Order[];
  readonly changes: readonly Change[];
  readonly containers: readonly ContainerNotice[];
  readonly structures: StructureSnapshot;
}
export type Topic = keyof Messages;
