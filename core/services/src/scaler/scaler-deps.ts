import type { BrakeSettings } from "@sc/domain";
import type { Bus, Clock, Log } from "@sc/ports";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { ScalerGroups } from "./scaler-groups.ts";

export interface ScalerDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Pick<StructureRegistry, "settingsOf" | "isPaused">;
  /** Asked at each plan. */
  readonly brakes: () => BrakeSettings;
  /** Asked at each plan; while it is not active every request is held. */
  readonly isActive?: () => boolean;
  /** Applications, and what their containers may hold together. */
  readonly groups?: ScalerGroups;
  /** What decides; another object means other rules, and few shrinks at first. */
  readonly policies?: () => object;
}
