/**
 * Keys of published services that are settings of ours. What is told is what is in force, whoever set
 * it. A value that says it in other words (seconds where we count windows) is told as it was set, for as
 * long as it still means what is in force.
 */
import {
  type GuardianSettings,
  type Resource,
  resources,
  type ServiceName,
  type ServiceSettings,
} from "@sc/domain";
import type { LiveChange } from "@sc/ports";
import type { KeyValue } from "./key-values.ts";

export type Values = ReadonlyMap<string, KeyValue>;
export type InForce = Pick<
  ServiceSettings,
  | "node-agent"
  | "guardian"
  | "scaler"
  | "structure-snapshoter"
  | "database-snapshoter"
  | "sanity-checker"
  | "refeeder"
>;
type SettingsChange = Extract<LiveChange, { readonly kind: "settings" }>;

interface Translation {
  /** What the keys are now; `kept` is how they were set. */
  readonly told: (inForce: InForce, kept: Values) => Values;
  /** What of ours changes when these are set; `undefined` = nothing of ours. */
  readonly change: (set: Values, inForce: InForce, kept: Values) => SettingsChange | undefined;
  /** Keys that are kept as they were set beside what they change. */
  readonly kept: ReadonlySet<string>;
}

const guardian: Translation = {
  told: (inForce, kept) => {
    const { isActive } = inForce.guardian;
    const window = windowOf(inForce);
    return valuesOf({
      ACTIVE: isActive,
      WINDOW_TIMELAPSE: window,
      EVENT_TIMEOUT: timeoutOf(inForce, kept),
      GUARDABLE_RESOURCES: guardableOf(inForce, kept),
    });
  },
  change: (set, inForce, kept) => {
    const isActive = flagIn(set, "ACTIVE");
    const windowSeconds = numberIn(set, "WINDOW_TIMELAPSE");
    const eventTimeoutWindows = timeoutWindows(set, inForce, kept);
    const guardedResources = resourcesIn(set.get("GUARDABLE_RESOURCES"));
    const update = {
      ...(isActive !== undefined && { isActive }),
      ...(windowSeconds !== undefined && { windowSeconds }),
      ...(eventTimeoutWindows !== undefined && { eventTimeoutWindows }),
      ...(guardedResources !== undefined && { guardedResources }),
    };
    return changeOf("guardian", update);
  },
  kept: new Set(["EVENT_TIMEOUT", "GUARDABLE_RESOURCES"]),
};

const windowOf = (inForce: InForce): number =>
  inForce.guardian.windowSeconds || inForce["node-agent"].autoSeconds;

/** An event counts for whole windows, and for one at least. */
const windowsIn = (timeoutSeconds: number, windowSeconds: number): number =>
  Math.max(1, Math.floor(timeoutSeconds / windowSeconds + 1e-9));

function timeoutOf(inForce: InForce, kept: Values): number {
  const { eventTimeoutWindows } = inForce.guardian;
  const window = windowOf(inForce);
  const asSet = numberIn(kept, "EVENT_TIMEOUT");
  if (asSet !== undefined && windowsIn(asSet, window) === eventTimeoutWindows) return asSet;
  return rounded(eventTimeoutWindows * window);
}

/** Windows of another length leave the time an event counts as it is. */
function timeoutWindows(set: Values, inForce: InForce, kept: Values): number | undefined {
  if (!set.has("EVENT_TIMEOUT") && !set.has("WINDOW_TIMELAPSE")) return undefined;
  const seconds = numberIn(set, "EVENT_TIMEOUT") ?? timeoutOf(inForce, kept);
  return windowsIn(seconds, numberIn(set, "WINDOW_TIMELAPSE") ?? windowOf(inForce));
}

function guardableOf(inForce: InForce, kept: Values): KeyValue {
  const { guardedResources } = inForce.guardian;
  const asSet = kept.get("GUARDABLE_RESOURCES");
  const means = resourcesIn(asSet);
  const isInForce =
    means?.length === guardedResources.length &&
    means.every((resource) => guardedResources.includes(resource));
  return isInForce && asSet !== undefined ? asSet : guardedResources;
}

/** Energy may be named; nothing here decides about it. */
function resourcesIn(
  value: KeyValue | undefined,
): GuardianSettings["guardedResources"] | undefined {
  if (!Array.isArray(value)) return undefined;
  return resources.filter((resource: Resource) => value.includes(resource));
}

const scaler: Translation = {
  told: ({ scaler: { isActive } }) => valuesOf({ ACTIVE: isActive }),
  change: (set) => changeOf("scaler", flagUpdate(set)),
  kept: new Set(),
};

const structuresSnapshoter: Translation = {
  told: (inForce) => {
    const { isActive, everySeconds } = inForce["structure-snapshoter"];
    return valuesOf({ ACTIVE: isActive, POLLING_FREQUENCY: everySeconds });
  },
  change: (set) => {
    const everySeconds = numberIn(set, "POLLING_FREQUENCY");
    const update = { ...flagUpdate(set), ...(everySeconds !== undefined && { everySeconds }) };
    return changeOf("structure-snapshoter", update);
  },
  kept: new Set(),
};

const databaseSnapshoter: Translation = {
  told: (inForce) => {
    const { isActive, outputSeconds } = inForce["database-snapshoter"];
    return valuesOf({ ACTIVE: isActive, POLLING_FREQUENCY: outputSeconds });
  },
  change: (set) => {
    const outputSeconds = numberIn(set, "POLLING_FREQUENCY");
    const update = { ...flagUpdate(set), ...(outputSeconds !== undefined && { outputSeconds }) };
    return changeOf("database-snapshoter", update);
  },
  kept: new Set(),
};

const sanityChecker: Translation = {
  told: (inForce) => {
    const { isActive, everySeconds } = inForce["sanity-checker"];
    return valuesOf({ ACTIVE: isActive, DELAY: everySeconds });
  },
  change: (set) => {
    const everySeconds = numberIn(set, "DELAY");
    const update = { ...flagUpdate(set), ...(everySeconds !== undefined && { everySeconds }) };
    return changeOf("sanity-checker", update);
  },
  kept: new Set(),
};

const refeeder: Translation = {
  told: ({ refeeder: { isActive } }) => valuesOf({ ACTIVE: isActive }),
  change: (set) => changeOf("refeeder", flagUpdate(set)),
  kept: new Set(),
};

/** By the service of ours. */
export const translations: ReadonlyMap<ServiceName, Translation> = new Map([
  ["guardian", guardian],
  ["scaler", scaler],
  ["structure-snapshoter", structuresSnapshoter],
  ["database-snapshoter", databaseSnapshoter],
  ["sanity-checker", sanityChecker],
  ["refeeder", refeeder],
]);

function changeOf<Name extends ServiceName>(
  service: Name,
  update: Partial<ServiceSettings[Name]>,
): SettingsChange | undefined {
  if (Object.keys(update).length === 0) return undefined;
  const change: object = { kind: "settings", service, update };
  return isSettingsChange(change) ? change : undefined;
}

/** The compiler does not see that a service and its own settings go together. */
const isSettingsChange = (change: object): change is SettingsChange => "service" in change;

const valuesOf = (values: Readonly<Record<string, KeyValue>>): Values =>
  new Map(Object.entries(values));

function numberIn(values: Values, key: string): number | undefined {
  const value = values.get(key);
  return typeof value === "number" ? value : undefined;
}

function flagIn(values: Values, key: string): boolean | undefined {
  const value = values.get(key);
  return typeof value === "boolean" ? value : undefined;
}

function flagUpdate(set: Values): { readonly isActive?: boolean } {
  const isActive = flagIn(set, "ACTIVE");
  return isActive === undefined ? {} : { isActive };
}

/** 12 windows of 0.1 s are 1.2 s, and not 1.2000000000000002. */
const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;
