import { type Static, Type } from "typebox";
import { resourceNames } from "../rest/values.ts";
import { compatibilityKeys } from "./compatibility.ts";
import { historyOutputsKey } from "./history-outputs.ts";
import {
  choiceKey,
  flagKey,
  group,
  groupListKey,
  numberKey,
  textKey,
  textListKey,
  textOrNullKey,
  wholeNumberKey,
} from "./keys.ts";
import { loopbackAddressOrNull } from "./loopback-address.ts";
import { monitorKeys, usageKeys } from "./monitor.ts";
import { policyNamePattern } from "./policy-name.ts";
import {
  databaseSnapshoterKeys,
  guardianKeys,
  nodeAgentKeys,
  refeederKeys,
  sanityCheckerKeys,
  scalerKeys,
  structureSnapshoterKeys,
} from "./service-settings.ts";
import { timestampsKeys } from "./timestamps.ts";

const absolutePath = { pattern: "^/[^\\u0000]*$", expected: "an absolute path" };
const namePatterns = {
  pattern: "^[A-Za-z0-9_.@:+\\\\*-]+$",
  expected: "a list of names, in which * stands for any characters",
};
const groupPaths = {
  pattern: "^(/(?!\\.{1,2}(/|$))[^/\\u0000]+)+$",
  expected: 'a list of absolute group paths like /my.slice, without ".." and not "/" itself',
};

const policyName = {
  pattern: policyNamePattern,
  expected: "the name of a policy that decides about this resource",
};

/** Each is a thread with up to 64 MiB. */
const userPoliciesMost = 8;

const modes = ["observe", "recommend", "auto"] as const;
const boundaryOf = ["max", "current"] as const;
const percent = { from: 0, to: 100 };
const events = { from: 1, to: 1000 };

const rates = { from: 1, to: 1_000_000 };

/** What holds of a resource of a container nobody decided about. */
const defaultsGroup = (
  range: { readonly from: number; readonly to: number },
  min: number,
  { unit, policy }: { readonly unit: string; readonly policy: string },
) =>
  group({
    mode: choiceKey(modes, "observe", "Mode of a container nobody decided about."),
    min: numberKey(range, min, `Least limit, in ${unit}.`),
    boundaryPercent: numberKey(percent, 10, "Margin under the limit, in percent."),
    boundaryOf: choiceKey(boundaryOf, "max", "What the margin is a share of."),
    policy: textKey(policyName, "What decides where nobody chose.", policy),
  });

/** The numbers of the rules of one resource. */
const rulesGroup = (
  range: { readonly from: number; readonly to: number },
  numbers: { readonly down: number; readonly amount: number },
  unit: string,
) =>
  group({
    upEvents: wholeNumberKey(events, 1, "Events above upper until a limit grows."),
    downEvents: wholeNumberKey(events, numbers.down, "Events below lower until a limit shrinks."),
    upAmount: numberKey(range, numbers.amount, `${unit} a limit grows by at once.`),
  });

/** Everything the configuration file can say; defaults are those of a key that is left out. */
export const configurationSchema = group({
  runFolder: textKey(absolutePath, "Socket, lock, heartbeat and restore list; lost at reboot."),
  stateFolder: textKey(absolutePath, "Settings, token and journal; kept over a reboot."),
  api: group({
    socket: textKey(absolutePath, "The unix socket of the API, mode 0660."),
    listen: textOrNullKey(
      loopbackAddressOrNull,
      "127.0.0.1:5000",
      "The TCP address of the API; null listens on the socket only.",
    ),
  }),
  compatibility: compatibilityKeys,
  monitor: monitorKeys,
  usage: usageKeys,
  timestamps: timestampsKeys,
  sampling: group({
    autoSeconds: nodeAgentKeys.autoSeconds,
    allSeconds: nodeAgentKeys.allSeconds,
  }),
  lease: group({
    seconds: numberKey(
      { from: 3, to: 60 },
      10,
      "How long a squeeze outlives an agent that gave no sign of life.",
    ),
    onStop: choiceKey(
      ["release", "keep"],
      "release",
      "What a clean stop does with the limits: put the first ones back, or leave them.",
    ),
  }),
  host: group({
    reservePercent: nodeAgentKeys.reservePercent,
    overcommit: nodeAgentKeys.overcommit,
    placement: choiceKey(
      ["shared", "pinned"],
      "shared",
      "Containers run on all cores, or each on cores that are handed to it (no bursts then).",
    ),
    ownGroup: flagKey(true, "The agent puts itself in a cpu group of its own with top weight."),
    maxOpenFiles: wholeNumberKey(
      { from: 64, to: 1_048_576 },
      8192,
      "Files of the kernel kept open; beyond that they are opened at each reading.",
    ),
  }),
  drift: nodeAgentKeys.drift,
  memory: group({ oomControl: nodeAgentKeys.oomControl }),
  engines: group({
    lxc: group({
      enabled: flagKey(true, "Look for LXC containers."),
      names: textListKey(namePatterns, ["*"], "Which of them to watch."),
    }),
    plain: group({
      roots: textListKey(groupPaths, [], "Groups whose children are taken as containers."),
    }),
  }),
  defaults: group({
    cpu: defaultsGroup({ from: 1, to: 100_000 }, 10, {
      unit: "shares (100 = one core)",
      policy: "burst-quota",
    }),
    mem: defaultsGroup({ from: 1, to: 1_000_000_000 }, 64, {
      unit: "MiB",
      policy: "memory-pressure",
    }),
    disk_read: defaultsGroup(rates, 1, { unit: "MiB/s", policy: "io-fit" }),
    disk_write: defaultsGroup(rates, 1, { unit: "MiB/s", policy: "io-fit" }),
    net: defaultsGroup(rates, 1, { unit: "Mbit/s", policy: "io-fit" }),
  }),
  policies: groupListKey(
    Type.Object(
      {
        name: Type.String({
          pattern: policyNamePattern,
          expected: "a name of small letters, digits and -, at most 60 characters",
        }),
        file: Type.String(absolutePath),
        resources: Type.Array(Type.Enum([...resourceNames]), {
          minItems: 1,
          uniqueItems: true,
          expected: "a list of cpu, mem, disk_read, disk_write, net, each once",
        }),
      },
      { additionalProperties: false },
    ),
    { most: userPoliciesMost, expected: "a list of at most 8 groups of name, file and resources" },
    "Policies of your own: what each is called, the file of its module, what it decides about.",
  ),
  serverlessRules: group({
    windowSeconds: guardianKeys.windowSeconds,
    eventTimeoutWindows: guardianKeys.eventTimeoutWindows,
    noDataSeconds: guardianKeys.noDataSeconds,
    cpu: rulesGroup({ from: 1, to: 100_000 }, { down: 6, amount: 75 }, "Shares"),
    mem: rulesGroup({ from: 1, to: 1_000_000_000 }, { down: 8, amount: 256 }, "MiB"),
    disk_read: rulesGroup(rates, { down: 6, amount: 50 }, "MiB/s"),
    disk_write: rulesGroup(rates, { down: 6, amount: 50 }, "MiB/s"),
    net: rulesGroup(rates, { down: 6, amount: 100 }, "Mbit/s"),
  }),
  brakes: group({
    learningSeconds: scalerKeys.learningSeconds,
    settleSeconds: scalerKeys.settleSeconds,
    shrinkAtOncePercent: scalerKeys.shrinkAtOncePercent,
    shrinkInTenMinutesPercent: scalerKeys.shrinkPerWindowPercent,
    shrinksPerMinute: scalerKeys.hostShrinksPerMinute,
    shrinksPerMinuteAtStart: scalerKeys.hostShrinksPerMinuteAfterStart,
    holdSeconds: scalerKeys.holdSeconds,
  }),
  history: group({
    rawHours: databaseSnapshoterKeys.rawHours,
    tenSecondDays: databaseSnapshoterKeys.tenSecondDays,
    minuteDays: databaseSnapshoterKeys.minuteDays,
    sizeMaxMib: databaseSnapshoterKeys.sizeMaxMib,
    outputSeconds: databaseSnapshoterKeys.outputSeconds,
    outputs: historyOutputsKey,
  }),
  services: group({
    guardian: group({
      isActive: guardianKeys.isActive,
      guardedResources: guardianKeys.guardedResources,
    }),
    scaler: group({ isActive: scalerKeys.isActive }),
    structureSnapshoter: group(structureSnapshoterKeys),
    databaseSnapshoter: group({ isActive: databaseSnapshoterKeys.isActive }),
    sanityChecker: group(sanityCheckerKeys),
    refeeder: group(refeederKeys),
  }),
  log: group({
    level: choiceKey(["debug", "info", "warn", "error"], "info", "Least severity that is logged."),
    format: choiceKey(
      ["auto", "json", "pretty"],
      "auto",
      "auto = pretty on a terminal, JSON lines elsewhere.",
    ),
  }),
});

/** The configuration in force, every default filled in. */
export type Configuration = Static<typeof configurationSchema>;
