/**
 * The rules of `serverless-rules`, as documents: an event rule notices that a threshold was crossed
 * in one window, a request rule turns a number of events into a request.
 *
 * Differences from the published defaults, each on purpose: one window over upper is enough to ask
 * for more, and no count of underuse events keeps a raise back (with tumbling windows of 0.1 s the
 * published `down <= 2` would keep an idle container small for 12 windows after it woke up); a
 * container that uses exactly nothing shrinks too.
 */
import type { ByResource, RateResource, Resource } from "../structure/resource.ts";
import type { Direction, Rescale } from "./rescale.ts";

export interface EventRule {
  readonly name: string;
  readonly direction: Direction;
  /** JsonLogic over `rulePaths`. */
  readonly condition: unknown;
}

export interface RequestRule {
  readonly name: string;
  readonly direction: Direction;
  /** JsonLogic over `rulePaths`. */
  readonly condition: unknown;
  readonly rescale: Rescale;
  /** Events of its direction a request uses up, oldest first; the number its condition asks for. */
  readonly eventsToRemove: number;
}

export interface ServerlessRules {
  readonly resource: Resource;
  /** Length of a window in seconds; default: each sample is a window. */
  readonly windowSeconds?: number;
  /** Windows after which an event no longer counts, ≥ 1; default 12. */
  readonly eventTimeoutWindows: number;
  /** Seconds without data after which the limit goes towards max, > 0; default 30. */
  readonly noDataSeconds: number;
  readonly eventRules: readonly EventRule[];
  readonly requestRules: readonly RequestRule[];
}

/** What a rule may look at: the structure, its thresholds, and the events that still count. */
export const rulePaths = (resource: Resource): readonly string[] => [
  ...["usage", "current", "min", "max"].map(
    (field) => `${resource}.structure.${resource}.${field}`,
  ),
  ...["upper", "lower"].map((field) => `${resource}.limits.${resource}.${field}`),
  "events.scale.up",
  "events.scale.down",
];

export interface ThresholdRuleNumbers {
  readonly upEvents: number;
  readonly downEvents: number;
  /** What a raise adds, in the resource's unit. */
  readonly upAmount: number;
  /** More events of underuse than that keep a raise back; left out = none do. */
  readonly downEventsBesideUp?: number;
}

/** Raise by a fixed amount above upper, fit to usage below lower. */
export function thresholdRules(
  resource: Resource,
  numbers: ThresholdRuleNumbers,
): Pick<ServerlessRules, "eventRules" | "requestRules"> {
  const { upEvents, downEvents, upAmount, downEventsBesideUp } = numbers;
  const structure = (field: string) => ({ var: `${resource}.structure.${resource}.${field}` });
  const limits = (field: string) => ({ var: `${resource}.limits.${resource}.${field}` });
  const exceeded = {
    and: [
      { ">": [structure("usage"), limits("upper")] },
      { "<": [limits("upper"), structure("max")] },
      { "<": [structure("current"), structure("max")] },
    ],
  };
  const dropped = {
    and: [
      { ">=": [structure("usage"), 0] },
      { "<": [structure("usage"), limits("lower")] },
      { ">": [limits("lower"), structure("min")] },
    ],
  };
  const up = { var: "events.scale.up" };
  const down = { var: "events.scale.down" };
  const enoughUp = { ">=": [up, upEvents] };
  return {
    eventRules: [
      { name: `${resource}_exceeded_upper`, direction: "up", condition: exceeded },
      { name: `${resource}_dropped_lower`, direction: "down", condition: dropped },
    ],
    requestRules: [
      {
        name: `${resource}_rescale_up`,
        direction: "up",
        condition:
          downEventsBesideUp === undefined
            ? enoughUp
            : { and: [enoughUp, { "<=": [down, downEventsBesideUp] }] },
        rescale: { kind: "amount", amount: upAmount },
        eventsToRemove: upEvents,
      },
      {
        name: `${resource}_rescale_down`,
        direction: "down",
        condition: { and: [{ ">=": [down, downEvents] }, { "<=": [up, 0] }] },
        rescale: { kind: "fit_to_usage" },
        eventsToRemove: downEvents,
      },
    ],
  };
}

export const defaultCpuRules: ServerlessRules = {
  resource: "cpu",
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  ...thresholdRules("cpu", { upEvents: 1, downEvents: 6, upAmount: 75 }),
};

/** Memory that was given back is missed more than cpu, so a shrink waits for more events. */
export const defaultMemRules: ServerlessRules = {
  resource: "mem",
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  ...thresholdRules("mem", { upEvents: 1, downEvents: 8, upAmount: 256 }),
};

const defaultRateNumbers: Readonly<Record<RateResource, ThresholdRuleNumbers>> = {
  disk_read: { upEvents: 1, downEvents: 6, upAmount: 50 },
  disk_write: { upEvents: 1, downEvents: 6, upAmount: 50 },
  net: { upEvents: 1, downEvents: 6, upAmount: 100 },
};

/** A rate is given back as slowly as cpu is; how much is asked for at once is a tenth of a common device. */
const defaultRateRules = (resource: RateResource): ServerlessRules => ({
  resource,
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  ...thresholdRules(resource, defaultRateNumbers[resource]),
});

/** The rules as they come. */
export const defaultRules: ByResource<ServerlessRules> = {
  cpu: defaultCpuRules,
  mem: defaultMemRules,
  disk_read: defaultRateRules("disk_read"),
  disk_write: defaultRateRules("disk_write"),
  net: defaultRateRules("net"),
};

const publishedNumbers: ByResource<ThresholdRuleNumbers> = {
  cpu: { upEvents: 2, downEvents: 6, upAmount: 75, downEventsBesideUp: 2 },
  mem: { upEvents: 2, downEvents: 8, upAmount: 256, downEventsBesideUp: 6 },
  disk_read: { upEvents: 1, downEvents: 6, upAmount: 450, downEventsBesideUp: 6 },
  disk_write: { upEvents: 1, downEvents: 6, upAmount: 450, downEventsBesideUp: 6 },
  // Published rules for the network there are none: the shape of the others.
  net: { upEvents: 2, downEvents: 6, upAmount: 100, downEventsBesideUp: 6 },
};

/**
 * The published numbers in our rules, for import and the compatibility routes: windows of 10 s, and
 * events that count for 120 s. The published delay of 10 to 20 s waited for a database and is gone.
 */
export const publishedRules = (resource: Resource): ServerlessRules => ({
  resource,
  windowSeconds: 10,
  eventTimeoutWindows: 12,
  noDataSeconds: 30,
  ...thresholdRules(resource, publishedNumbers[resource]),
});
