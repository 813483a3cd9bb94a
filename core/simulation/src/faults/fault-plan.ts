import type { ClusterHostOptions } from "../cluster/cluster-host.ts";
import type { HostEvent } from "../cluster/host-event.ts";

/** All that happens to a cluster until the faults stop, and to which. */
export interface FaultPlan {
  readonly seed: number;
  readonly hosts: readonly ClusterHostOptions[];
  /** By time. */
  readonly events: readonly PlannedEvent[];
  /** When the faults stop, in seconds. */
  readonly seconds: number;
}

export interface PlannedEvent {
  readonly at: number;
  /** The index of the host. */
  readonly host: number;
  readonly event: HostEvent;
}
