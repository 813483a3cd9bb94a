import type { Reason, StructureName } from "@sc/domain";

/** What the scaler can say about one container's brakes. */
export interface BrakeStatus {
  readonly isLearning: boolean;
  /** Seconds until the first shrink may come; 0 when it may come at once. */
  readonly firstShrinkInSeconds: number;
  /** The brakes that are in force now, each with its reason. */
  readonly inForce: readonly Reason[];
}

export interface Brakes {
  brakesOf(name: StructureName): BrakeStatus;
}
