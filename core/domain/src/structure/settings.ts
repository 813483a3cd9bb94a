import type { Mode } from "./mode.ts";
import {
  type ByPresentResource,
  byResource,
  isRateResource,
  type RateResource,
  type Resource,
} from "./resource.ts";

/** The margin under a limit: `percent` of max, or of the limit itself. */
export interface Boundary {
  /** 0 to 100. */
  readonly percent: number;
  readonly of: "max" | "current";
}

/** What an owner decided for one resource of a structure, in force. */
export interface ResourceSettings {
  readonly mode: Mode;
  /** The least and the most a limit of ours may be, in the resource's unit; min ≤ max. */
  readonly min: number;
  readonly max: number;
  /** `first-limit`: max follows the limit the owner's own tools set. `owner`: set through us. */
  readonly maxFrom: "first-limit" | "owner";
  readonly boundary: Boundary;
  /** Who grows first when the host is full: higher first; default 0. */
  readonly priority: number;
  /** The name of what decides. It may be one that is not known any more: then nothing does. */
  readonly policy: string;
}

export interface StructureSettings {
  /** An overlay that stops policy and drift repair and keeps the modes. */
  readonly isPaused: boolean;
  readonly resources: Readonly<Record<Resource, ResourceSettings>>;
}

/** What was set for one resource through API or file; what is absent follows the defaults. */
export type StoredResourceSettings = Partial<
  Pick<ResourceSettings, "mode" | "min" | "max" | "boundary" | "priority" | "policy">
>;

export interface StoredSettings {
  readonly isPaused?: boolean;
  readonly resources?: Partial<Record<Resource, StoredResourceSettings>>;
}

/** `defaults:` of the configuration file. */
export interface ResourceDefaults {
  readonly mode: Mode;
  readonly min: number;
  readonly boundary: Boundary;
  readonly policy: string;
}
export type DefaultSettings = Readonly<Record<Resource, ResourceDefaults>>;

/** Who decides where nobody chose. */
export const defaultPolicies: Readonly<Record<Resource, string>> = {
  cpu: "burst-quota",
  mem: "memory-pressure",
  disk_read: "io-fit",
  disk_write: "io-fit",
  net: "io-fit",
};

export const defaultSettings: DefaultSettings = {
  cpu: defaultsWith({ min: 10, policy: defaultPolicies.cpu }),
  mem: defaultsWith({ min: 64, policy: defaultPolicies.mem }),
  disk_read: defaultsWith({ min: 1, policy: defaultPolicies.disk_read }),
  disk_write: defaultsWith({ min: 1, policy: defaultPolicies.disk_write }),
  net: defaultsWith({ min: 1, policy: defaultPolicies.net }),
};

function defaultsWith(own: Pick<ResourceDefaults, "min" | "policy">): ResourceDefaults {
  return { mode: "observe", boundary: { percent: 10, of: "max" }, ...own };
}

/** What the host tells about one structure: the limit found at first sight, and its own size. */
export interface FirstSight {
  /** In the resource's unit; `null` = no limit. */
  readonly firstLimit: number | null;
  /** What the whole host has of the resource. */
  readonly hostTotal: number;
}

/**
 * What stands for the size of a host where nobody said how fast its disks and its network are: more than
 * any of them is. It bounds nothing, so a limit is taken into auto only where there is a better figure.
 */
export const unknownRateTotals: Readonly<Record<RateResource, number>> = {
  disk_read: 100_000,
  disk_write: 100_000,
  net: 1_000_000,
};

/** What a host has in all, in the resource's unit; of rates what somebody said of it. */
export type HostTotals = ByPresentResource<number>;

export const totalOf = (totals: HostTotals, resource: Resource): number =>
  isRateResource(resource) ? (totals[resource] ?? unknownRateTotals[resource]) : totals[resource];

/** Defaults, what was stored, and what was found, made into what is in force. */
export function settingsInForce(options: {
  readonly defaults: DefaultSettings;
  readonly stored: StoredSettings | undefined;
  readonly firstSight: ByPresentResource<FirstSight>;
}): StructureSettings {
  const { defaults, stored, firstSight } = options;
  const one = (resource: Resource): ResourceSettings =>
    resourceSettingsInForce(
      defaults[resource],
      stored?.resources?.[resource] ?? {},
      firstSight[resource] ?? unseen(resource),
    );
  return {
    isPaused: stored?.isPaused ?? false,
    resources: byResource(one),
  };
}

const unseen = (resource: Resource): FirstSight => ({
  firstLimit: null,
  hostTotal: isRateResource(resource) ? unknownRateTotals[resource] : 0,
});

function resourceSettingsInForce(
  defaults: ResourceDefaults,
  stored: StoredResourceSettings,
  found: FirstSight,
): ResourceSettings {
  const max = stored.max ?? Math.min(found.firstLimit ?? found.hostTotal, found.hostTotal);
  return {
    mode: stored.mode ?? defaults.mode,
    // A container smaller than the default min keeps its own size as its floor.
    min: Math.min(stored.min ?? defaults.min, max),
    max,
    maxFrom: stored.max === undefined ? "first-limit" : "owner",
    boundary: stored.boundary ?? defaults.boundary,
    priority: stored.priority ?? 0,
    policy: stored.policy ?? defaults.policy,
  };
}
