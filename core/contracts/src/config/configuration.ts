import type { Static } from "typebox";
import {
  choiceKey,
  flagKey,
  group,
  numberKey,
  numberOrNullKey,
  textKey,
  textListKey,
  textOrNullKey,
  wholeNumberKey,
} from "./keys.ts";

const absolutePath = { pattern: "^/[^\\u0000]*$", expected: "an absolute path" };
const port = "(6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|\\d{1,4})";
/** Nothing listens beyond loopback without authentication, so no other address can be written. */
const loopbackAddress = {
  pattern: `^(127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|localhost|\\[::1\\]):${port}$`,
  expected: "a loopback address with a port (127.0.0.1:5000, localhost:5000, [::1]:5000), or null",
};
const namePatterns = {
  pattern: "^[A-Za-z0-9_.@:+\\\\*-]+$",
  expected: "a list of names, in which * stands for any characters",
};
const groupPaths = {
  pattern: "^(/(?!\\.{1,2}(/|$))[^/\\u0000]+)+$",
  expected: 'a list of absolute group paths like /my.slice, without ".." and not "/" itself',
};

const modes = ["observe", "recommend", "auto"] as const;
const boundaryOf = ["max", "current"] as const;
const percent = { from: 0, to: 100 };
const samplingPeriod = { from: 0.05, to: 60 };
const day = 86_400;

/** Everything the configuration file can say; defaults are those of a key that is left out. */
export const configurationSchema = group({
  runFolder: textKey(absolutePath, "Socket, lock, heartbeat and restore list; lost at reboot."),
  stateFolder: textKey(absolutePath, "Settings, token and journal; kept over a reboot."),
  api: group({
    socket: textKey(absolutePath, "The unix socket of the API, mode 0660."),
    listen: textOrNullKey(
      loopbackAddress,
      "127.0.0.1:5000",
      "The TCP address of the API; null listens on the socket only.",
    ),
  }),
  sampling: group({
    autoSeconds: numberKey(samplingPeriod, 0.1, "Period of reading what is in auto or recommend."),
    allSeconds: numberKey(samplingPeriod, 1, "Period of reading everything else."),
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
    reservePercent: numberKey({ from: 0, to: 90 }, 10, "Share of the host that is never granted."),
    overcommit: numberKey(
      { from: 0.1, to: 10 },
      1,
      "Factor on the capacity that may be granted; above 1 grants are no guarantee.",
    ),
    ownGroup: flagKey(true, "The agent puts itself in a cpu group of its own with top weight."),
    maxOpenFiles: wholeNumberKey(
      { from: 64, to: 1_048_576 },
      8192,
      "Files of the kernel kept open; beyond that they are opened at each reading.",
    ),
  }),
  drift: choiceKey(
    ["adopt", "repair", "hold"],
    "adopt",
    "What happens when another hand changes a limit that is in auto.",
  ),
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
    cpu: group({
      mode: choiceKey(modes, "observe", "Mode of a container nobody decided about."),
      min: numberKey({ from: 1, to: 100_000 }, 10, "Least limit, in shares (100 = one core)."),
      boundaryPercent: numberKey(percent, 10, "Margin under the limit, in percent."),
      boundaryOf: choiceKey(boundaryOf, "max", "What the margin is a share of."),
    }),
    mem: group({
      mode: choiceKey(["observe"], "observe", "Mode of a container nobody decided about."),
      min: numberKey({ from: 1, to: 1_000_000_000 }, 64, "Least limit, in MiB."),
      boundaryPercent: numberKey(percent, 10, "Margin under the limit, in percent."),
      boundaryOf: choiceKey(boundaryOf, "max", "What the margin is a share of."),
    }),
  }),
  serverlessRules: group({
    windowSeconds: numberOrNullKey(
      { from: 0.05, to: 600 },
      null,
      "Window over which usage is averaged; null = the sampling period.",
    ),
    eventTimeoutWindows: wholeNumberKey({ from: 1, to: 1000 }, 12, "Windows an event counts."),
    upEvents: wholeNumberKey({ from: 1, to: 1000 }, 1, "Events above upper until a limit grows."),
    downEvents: wholeNumberKey(
      { from: 1, to: 1000 },
      6,
      "Events below lower until a limit shrinks.",
    ),
    upAmount: numberKey({ from: 1, to: 100_000 }, 75, "Shares a limit grows by at once."),
    noDataSeconds: numberKey(
      { from: 1, to: 3600 },
      30,
      "Seconds without data after which a limit goes to the safe limit.",
    ),
  }),
  brakes: group({
    learningSeconds: numberKey(
      { from: 0, to: day },
      300,
      "Seconds a container is watched before its first shrink; 0 = none.",
    ),
    shrinkAtOncePercent: numberKey(percent, 30, "Most a shrink takes at once; 100 = no brake."),
    shrinkInTenMinutesPercent: numberKey(
      percent,
      50,
      "Most the shrinks of 10 minutes take together; 100 = no brake.",
    ),
    shrinksPerMinute: wholeNumberKey(
      { from: 0, to: 1_000_000 },
      60,
      "Shrinks per host and minute.",
    ),
    shrinksPerMinuteAtStart: wholeNumberKey(
      { from: 0, to: 1_000_000 },
      10,
      "The same in the first 10 minutes after a start.",
    ),
    holdSeconds: numberKey(
      { from: 0, to: day },
      600,
      "Seconds a container is held after two refusals or a restart in auto; 0 = none.",
    ),
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
