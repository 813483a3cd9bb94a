import type { BrakeSettings } from "../planning/brake-settings.ts";
import type { Resource } from "../structure/resource.ts";

/** What can be set of a running service; in force from its next tick. */
export interface ServiceSettings {
  readonly guardian: GuardianSettings;
  readonly scaler: ScalerSettings;
  readonly "node-agent": NodeAgentSettings;
  readonly "structure-snapshoter": SnapshoterSettings;
  readonly "database-snapshoter": DatabaseSnapshoterSettings;
  readonly "sanity-checker": SanityCheckerSettings;
  readonly refeeder: RefeederSettings;
}
export type ServiceName = keyof ServiceSettings;

export const serviceNames = [
  "node-agent",
  "guardian",
  "scaler",
  "structure-snapshoter",
  "database-snapshoter",
  "sanity-checker",
  "refeeder",
] as const satisfies readonly ServiceName[];

/** A service that is not active does nothing and is asked nothing; it stays ready. */
interface Switchable {
  readonly isActive: boolean;
}

export interface GuardianSettings extends Switchable {
  /** Over which usage is averaged; `null` or 0 = each sample is a window. */
  readonly windowSeconds: number | null;
  readonly eventTimeoutWindows: number;
  readonly noDataSeconds: number;
  /** The only resources that are decided about. */
  readonly guardedResources: readonly Resource[];
}

/** The brakes; shrinkWindowSeconds and refusalsToHold are fixed. */
export type ScalerSettings = Switchable &
  Omit<BrakeSettings, "shrinkWindowSeconds" | "afterStartSeconds" | "refusalsToHold">;

export interface NodeAgentSettings {
  readonly autoSeconds: number;
  readonly allSeconds: number;
  readonly reservePercent: number;
  readonly overcommit: number;
  readonly drift: "adopt" | "repair" | "hold";
  readonly oomControl: boolean;
}

export interface SnapshoterSettings extends Switchable {
  /** Between two snapshots, seconds. */
  readonly everySeconds: number;
}

export interface DatabaseSnapshoterSettings extends Switchable {
  /** How long readings are kept as they came, hours. */
  readonly rawHours: number;
  /** How long one reading of 10 s is kept, days. */
  readonly tenSecondDays: number;
  /** How long one reading of a minute is kept, days; also events, requests and changes. */
  readonly minuteDays: number;
  /** The most the history may take on the disk; the oldest goes first. */
  readonly sizeMaxMib: number;
  /** Between two writes to each of the stores of series, seconds. */
  readonly outputSeconds: number;
}

export interface SanityCheckerSettings extends Switchable {
  readonly everySeconds: number;
}

/** While it is not active no application is decided about. */
export interface RefeederSettings extends Switchable {
  /** How long after its last reading the use of a container counts. */
  readonly silentSeconds: number;
}
