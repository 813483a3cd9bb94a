import type { ResourceEvent, ScalingRequest } from "../messages/messages.ts";
import type { MemoryUse } from "../observation/usage-sample.ts";
import type { Reason } from "../reason/reason.ts";
import type { ContainerId } from "../structure/container.ts";
import type { CpuLimit } from "../structure/cpu-limit.ts";
import type { Resource } from "../structure/resource.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { MonotonicSeconds, WallSeconds } from "../units/time.ts";

/** What one reading says about one resource of one structure. Missing is `undefined`, never zero. */
export interface Observation {
  readonly structure: StructureName;
  readonly id: ContainerId;
  /** Since the reading before; `undefined` at the first. */
  readonly windowSeconds: number | undefined;
  readonly used: number | undefined;
  /** The limit applied now; `null` = no limit. */
  readonly limit: number | null | undefined;
  /** Of cpu: the whole limit, burst and period too. */
  readonly cpuLimit?: CpuLimit;
  /** Of cpu: periods that ended throttled, counted since the group was made; up to a second old. */
  readonly throttledPeriods?: number;
  readonly isFrozen: boolean;
  /** Of memory alone, and absent where the agent does not tell. */
  readonly memory?: ObservedMemory;
}

/** What no limit may be below, and what stands behind the use. */
export interface ObservedMemory extends MemoryUse {
  readonly floorMib: number;
  /** Tasks stand still at the limit until it is raised. */
  readonly isWaiting: boolean;
}

export interface DecisionInput {
  readonly observation: Observation;
  readonly settings: ResourceSettings;
  readonly at: MonotonicSeconds;
  readonly stamp: WallSeconds;
}

/** Doing nothing is an outcome with a name and a reason. */
export type Outcome =
  | { readonly kind: "request"; readonly request: ScalingRequest }
  | { readonly kind: "hold"; readonly reason: Reason };

export interface Decision<State> {
  readonly state: State;
  readonly events: readonly ResourceEvent[];
  readonly outcome: Outcome;
}

/**
 * Turns observations of one resource into requests. Pure: whatever a policy remembers is in the
 * state it hands back, one per structure, which the caller keeps or drops.
 */
export interface Policy<State> {
  readonly name: string;
  readonly resource: Resource;
  begin(at: MonotonicSeconds): State;
  decide(state: State, input: DecisionInput): Decision<State>;
}
