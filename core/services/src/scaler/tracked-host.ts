import {
  beginHostBrakes,
  byResource,
  type FairRound,
  type HostBrakes,
  type HostObservation,
  type MonotonicSeconds,
  type Resource,
} from "@sc/domain";
import { PendingOrders } from "./pending-orders.ts";

/** What the scaler remembers of one host. */
export interface TrackedHost {
  observation: HostObservation;
  brakes: HostBrakes;
  /** While its cpu is dealt out anew. */
  fairRound?: FairRound | undefined;
  readonly pending: PendingOrders;
  /** Growth ordered since the observation, or before it and not yet answered. */
  readonly growthUnderWay: Record<Resource, number>;
}

export const trackHost = (
  observation: HostObservation,
  startedAt: MonotonicSeconds,
): TrackedHost => ({
  observation,
  brakes: beginHostBrakes(startedAt),
  pending: new PendingOrders(),
  growthUnderWay: byResource(() => 0),
});
