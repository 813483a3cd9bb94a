import type { Reason, Recommendation, Resource, StructureName } from "@sc/domain";

/** What the scaler can say about the brakes on one limit of a container. */
export interface BrakeStatus {
  readonly isLearning: boolean;
  /** Seconds until the first shrink may come; 0 when it may come at once. */
  readonly firstShrinkInSeconds: number;
  /** The brakes that are in force now, each with its reason. */
  readonly inForce: readonly Reason[];
}

export interface Recommendations {
  /** Only of what is in recommend, once its limit is known. */
  recommendationOf(name: StructureName, resource: Resource): Recommendation | undefined;
}

export interface Brakes {
  brakesOf(name: StructureName, resource: Resource): BrakeStatus;
}
