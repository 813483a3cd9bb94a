import { type Static, type TProperties, Type } from "typebox";
import { resourceNames } from "../rest/values.ts";
import {
  choiceKey,
  flagKey,
  numberKey,
  numberOrNoneKey,
  wholeNumberKey,
  wordsKey,
} from "./keys.ts";

const percent = { from: 0, to: 100 };
const samplingPeriod = { from: 0.05, to: 60 };
const day = 86_400;
const snapshotPeriod = { from: 1, to: 3600 };

/**
 * Every key of a running service that can be set, once: the configuration gives it its value at the
 * start, the API changes it while everything runs, and both keep the same bounds.
 */
export const nodeAgentKeys = {
  autoSeconds: numberKey(samplingPeriod, 0.1, "Period of reading what is in auto or recommend."),
  allSeconds: numberKey(samplingPeriod, 1, "Period of reading everything else."),
  reservePercent: numberKey({ from: 0, to: 90 }, 10, "Share of the host that is never granted."),
  overcommit: numberKey(
    { from: 0.1, to: 10 },
    1,
    "Factor on the capacity that may be granted; above 1 grants are no guarantee.",
  ),
  drift: choiceKey(
    ["adopt", "repair", "hold"],
    "adopt",
    "What happens when another hand changes a limit that is in auto.",
  ),
  oomControl: flagKey(
    false,
    "On cgroup v1, tasks wait at a memory limit in auto until it is raised, instead of being killed.",
  ),
};

export const guardianKeys = {
  isActive: flagKey(true, "Limits are decided about."),
  windowSeconds: numberOrNoneKey(
    { from: 0.05, to: 600 },
    null,
    "Window over which usage is averaged; 0 or null = the sampling period.",
  ),
  eventTimeoutWindows: wholeNumberKey({ from: 1, to: 1000 }, 12, "Windows an event counts."),
  noDataSeconds: numberKey(
    { from: 1, to: 3600 },
    30,
    "Seconds without data after which a limit goes to the safe limit.",
  ),
  guardedResources: wordsKey(
    resourceNames,
    "The only resources that are decided about; the others keep their limits.",
  ),
};

export const scalerKeys = {
  isActive: flagKey(true, "Requests become orders."),
  learningSeconds: numberKey(
    { from: 0, to: day },
    300,
    "Seconds a container is watched before its first shrink; 0 = none.",
  ),
  settleSeconds: numberKey(
    { from: 0, to: day },
    10,
    "Seconds after a growth in which nothing is taken back; 0 = none.",
  ),
  shrinkAtOncePercent: numberKey(percent, 30, "Most a shrink takes at once; 100 = no brake."),
  shrinkPerWindowPercent: numberKey(
    percent,
    50,
    "Most the shrinks of 10 minutes take together; 100 = no brake.",
  ),
  hostShrinksPerMinute: wholeNumberKey(
    { from: 0, to: 1_000_000 },
    60,
    "Shrinks per host and minute.",
  ),
  hostShrinksPerMinuteAfterStart: wholeNumberKey(
    { from: 0, to: 1_000_000 },
    10,
    "The same in the first 10 minutes after a start.",
  ),
  holdSeconds: numberKey(
    { from: 0, to: day },
    600,
    "Seconds a container is held after two refusals, a restart, a kill or a new server; 0 = none.",
  ),
};

export const structureSnapshoterKeys = {
  isActive: flagKey(true, "Snapshots of limits and usage are taken."),
  everySeconds: numberKey(snapshotPeriod, 1, "Seconds between two snapshots."),
};

export const databaseSnapshoterKeys = {
  isActive: flagKey(true, "Usage, events, requests and changes are kept."),
  rawHours: numberKey({ from: 1, to: 8760 }, 24, "Hours readings are kept as they came."),
  tenSecondDays: numberKey({ from: 1, to: 3650 }, 7, "Days one reading per 10 s is kept."),
  minuteDays: numberKey(
    { from: 1, to: 3650 },
    90,
    "Days one reading per minute is kept; also events, requests and changes.",
  ),
  sizeMaxMib: numberKey(
    { from: 16, to: 1_048_576 },
    2048,
    "Most the history takes on the disk, MiB; the oldest goes first.",
  ),
  outputSeconds: numberKey(
    snapshotPeriod,
    5,
    "Seconds between two writes to each of history.outputs.",
  ),
};

export const sanityCheckerKeys = {
  isActive: flagKey(true, "Settings and accounts are checked."),
  everySeconds: numberKey({ from: 5, to: 3600 }, 30, "Seconds between two checks."),
};

export const refeederKeys = {
  isActive: flagKey(true, "Usage and limits of applications and users are added up."),
  silentSeconds: numberKey(
    { from: 1, to: 600 },
    5,
    "Seconds after its last reading a container of an application counts as silent.",
  ),
};

const settingsOf = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** All that can be set, by service. */
export const serviceSettingsSchemas = {
  "node-agent": settingsOf(nodeAgentKeys),
  guardian: settingsOf(guardianKeys),
  scaler: settingsOf(scalerKeys),
  "structure-snapshoter": settingsOf(structureSnapshoterKeys),
  "database-snapshoter": settingsOf(databaseSnapshoterKeys),
  "sanity-checker": settingsOf(sanityCheckerKeys),
  refeeder: settingsOf(refeederKeys),
};
export type ServiceSettings = {
  [Name in keyof typeof serviceSettingsSchemas]: Static<(typeof serviceSettingsSchemas)[Name]>;
};
