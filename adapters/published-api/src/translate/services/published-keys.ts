/**
 * Every key of every published service, once: what it takes, what it is while nobody set it, and what it
 * does here. Ranges are ours where a key acts here, as windows need not be long where nothing is polled.
 */
import type { ServiceName } from "@sc/domain";
import {
  anyText,
  flag,
  type KeyValue,
  type KeyValues,
  listOf,
  listOfResources,
  listOfStructures,
  listOfTexts,
  numberFrom,
  oneOf,
  wholeNumberFrom,
} from "./key-values.ts";

export interface PublishedKey {
  readonly name: string;
  readonly values: KeyValues;
  /** While nobody set it; absent = the document has no such key then. */
  readonly preset?: KeyValue;
  /** For people: what follows from it. */
  readonly effect: string;
}

export interface PublishedService {
  readonly name: string;
  /** The service of ours that it is; absent = it is not here, and its document is all there is of it. */
  readonly own?: ServiceName;
  /** The service here whose heartbeat it has, when it runs here and has no settings. */
  readonly beatsAs?: string;
  readonly keys: readonly PublishedKey[];
}

type KeyRow = readonly [name: string, values: KeyValues, effect: string, preset?: KeyValue];

const service = (
  name: string,
  own: ServiceName | undefined,
  rows: readonly KeyRow[],
): PublishedService => ({
  name,
  ...(own !== undefined && { own }),
  keys: rows.map(([key, values, effect, preset]) => ({
    name: key,
    values,
    effect,
    ...(preset !== undefined && { preset }),
  })),
});

const kept = (why: string): string => `kept: ${why}`;
const debug: KeyRow = ["DEBUG", flag, kept("the log says the same either way"), true];
const active = (effect: string): KeyRow => ["ACTIVE", flag, effect, true];
const delay: KeyRow = [
  "WINDOW_DELAY",
  wholeNumberFrom(0, 3600),
  kept("no database lags behind, windows end now"),
  20,
];
const notHere = kept("the service is not here");

const ownServices: readonly PublishedService[] = [
  service("guardian", "guardian", [
    active("limits are decided about"),
    debug,
    [
      "WINDOW_TIMELAPSE",
      numberFrom(0.05, 600),
      "seconds over which usage is averaged for rules: `windowSeconds` of guardian",
      10,
    ],
    delay,
    [
      "EVENT_TIMEOUT",
      numberFrom(0.05, 86_400),
      "seconds an event counts, in whole windows: `eventTimeoutWindows` of guardian",
      120,
    ],
    [
      "STRUCTURE_GUARDED",
      oneOf("container", "application", "user"),
      kept("every structure that is guarded is decided about, whatever its kind"),
      "container",
    ],
    [
      "GUARDABLE_RESOURCES",
      listOfResources,
      "the only resources that are decided about: `guardedResources` of guardian",
    ],
    ["CPU_SHARES_PER_WATT", numberFrom(0, 1_000_000), kept("nothing in the original reads it")],
    ["ENERGY_MODEL_NAME", anyText, kept("nothing in the original reads it")],
    ["ENERGY_MODEL_RELIABILITY", anyText, kept("nothing in the original reads it")],
  ]),
  service("scaler", "scaler", [
    active("requests become orders"),
    debug,
    [
      "POLLING_FREQUENCY",
      wholeNumberFrom(1, 3600),
      kept("a request is planned in the moment it comes; clients wait that long before a start"),
      5,
    ],
    [
      "REQUEST_TIMEOUT",
      wholeNumberFrom(1, 86_400),
      kept("no request waits, so none grows old"),
      60,
    ],
    [
      "CHECK_CORE_MAP",
      flag,
      kept("the map of cores is checked with the other accounts, at each sanity check"),
      true,
    ],
  ]),
  service("structures_snapshoter", "structure-snapshoter", [
    active("snapshots of limits and usage are taken"),
    debug,
    [
      "POLLING_FREQUENCY",
      numberFrom(1, 3600),
      "seconds between two snapshots: `everySeconds` of structure-snapshoter",
    ],
    [
      "STRUCTURES_PERSISTED",
      listOfStructures,
      kept("current values are of all structures"),
      ["application"],
    ],
    [
      "RESOURCES_PERSISTED",
      listOfResources,
      kept("current values are of all resources"),
      ["cpu", "mem"],
    ],
  ]),
  service("database_snapshoter", "database-snapshoter", [
    active("usage, events, requests and changes are kept, here and in `history.outputs`"),
    debug,
    [
      "POLLING_FREQUENCY",
      numberFrom(1, 3600),
      "seconds between two points in `history.outputs`: `outputSeconds` of database-snapshoter",
    ],
    [
      "DOCUMENTS_PERSISTED",
      listOf("limits", "structures", "users", "configs"),
      kept("all there is is written"),
      ["limits", "structures", "users", "configs"],
    ],
    [
      "SERVICES_PERSISTED",
      listOfTexts,
      kept("settings are in the store of documents, and no series"),
      ["guardian", "scaler"],
    ],
    [
      "FIELDS_PERSISTED",
      listOf("max", "min", "upper", "lower", "current", "usage", "fixed", "shares"),
      kept("all there is is written"),
      ["max", "min", "upper", "lower", "current", "usage", "fixed", "shares"],
    ],
  ]),
  service("sanity_checker", "sanity-checker", [
    active("settings, rules and accounts are checked"),
    debug,
    ["DELAY", numberFrom(5, 3600), "seconds between two checks: `everySeconds` of sanity-checker"],
    ["POLLING_FREQUENCY", wholeNumberFrom(0, 3600), kept("DELAY alone is between two checks"), 0],
    [
      "DATABASES",
      listOfTexts,
      kept("there is no database to compact"),
      ["events", "requests", "services", "structures", "limits"],
    ],
  ]),
];

const refeeder: PublishedService = {
  ...service("refeeder", "refeeder", [
    active("what containers use and hold is added up for applications and users"),
    debug,
    ["WINDOW_TIMELAPSE", wholeNumberFrom(1, 3600), kept("a sum is made of every sample"), 10],
    delay,
    [
      "STRUCTURES_REFEEDED",
      listOfStructures,
      kept("sums are made of applications and users"),
      ["application"],
    ],
    ["GENERATED_METRICS", listOfResources, kept("sums are made of all resources"), ["cpu", "mem"]],
  ]),
  beatsAs: "refeeder",
};

const window = wholeNumberFrom(0, 86_400);
const period = wholeNumberFrom(1, 86_400);
const share = numberFrom(0, 1);

/** Their documents take any other key as well, as those of the original do. */
const servicesNotHere: readonly PublishedService[] = [
  service("rebalancer", undefined, [
    ["ACTIVE", flag, notHere, false],
    ["DEBUG", flag, notHere, true],
    ["WINDOW_DELAY", window, notHere, 10],
    ["WINDOW_TIMELAPSE", period, notHere, 30],
    ["DIFF_PERCENTAGE", share, notHere, 0.4],
    ["STOLEN_PERCENTAGE", share, notHere, 0.4],
    ["ENERGY_DIFF_PERCENTAGE", share, kept("nothing in the original reads it")],
    ["ENERGY_STOLEN_PERCENTAGE", share, kept("nothing in the original reads it")],
    ["REBALANCE_USERS", flag, kept("nothing in the original reads it")],
    ["RESOURCES_BALANCED", listOfResources, notHere, ["cpu"]],
    ["STRUCTURES_BALANCED", listOfStructures, notHere, ["container"]],
    ["CONTAINERS_SCOPE", anyText, notHere, "application"],
    ["BALANCING_POLICY", anyText, notHere, "rules"],
    ["BALANCING_METHOD", anyText, notHere, "pair_swapping"],
    ["ONLY_RUNNING", flag, notHere, false],
  ]),
  service("energy_controller", undefined, [
    ["ACTIVE", flag, notHere, false],
    ["DEBUG", flag, notHere, true],
    ["POLLING_FREQUENCY", period, notHere, 5],
    ["EVENT_TIMEOUT", period, notHere, 20],
    ["WINDOW_TIMELAPSE", period, notHere, 10],
    ["WINDOW_DELAY", window, notHere, 0],
    ["ALLOWED_ERROR", share, notHere, 0.05],
    ["CONTROL_POLICY", anyText, notHere, "ppe-proportional"],
    ["POWER_MODEL", anyText, notHere, "polyreg_General"],
    ["EVENTS_SYSTEM", anyText, notHere, "dynamic"],
  ]),
  service("watt_trainer", undefined, [
    ["ACTIVE", flag, notHere, false],
    ["DEBUG", flag, notHere, true],
    ["WINDOW_TIMELAPSE", period, notHere, 10],
    ["WINDOW_DELAY", window, notHere, 10],
    ["USAGE_THRESHOLD", numberFrom(0, 1_000_000), notHere, 1],
    ["TRAIN_METRICS", listOfTexts, notHere],
    ["MODELS_TO_TRAIN", listOfTexts, notHere, ["all"]],
  ]),
];

export const publishedServices: readonly PublishedService[] = [
  ...ownServices,
  refeeder,
  ...servicesNotHere,
];

const documentsOnly: ReadonlySet<string> = new Set(servicesNotHere.map(({ name }) => name));

/** Of a service that is not here any key is kept, as nobody knows better than its clients. */
export const takesAnyKey = ({ name }: PublishedService): boolean => documentsOnly.has(name);
