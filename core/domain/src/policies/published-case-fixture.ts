import type { ResourceSettings } from "../structure/settings.ts";
import {
  amountsOf,
  directionsOf,
  type FollowedPolicy,
  type FollowedStep,
  followPolicy,
} from "../testing/follow-policy.ts";
import { publishedRules, type ServerlessRules } from "./rules.ts";

export const windowSeconds = 10;

/** One structure of a published vector: `limit` with these settings, followed by these rules. */
export interface PublishedCase {
  readonly rules: ServerlessRules;
  readonly settings: Partial<ResourceSettings>;
  readonly limit: number;
}

/** Upper 140, lower 110. */
export const cpu: PublishedCase = {
  rules: publishedRules("cpu"),
  settings: { min: 50, max: 300, boundary: { percent: 10, of: "max" } },
  limit: 170,
};

/** Upper 3277, lower 2458. */
export const mem: PublishedCase = {
  rules: publishedRules("mem"),
  settings: { min: 256, max: 8192, boundary: { percent: 10, of: "max" } },
  limit: 4096,
};

export const follow = ({ rules, settings }: PublishedCase): FollowedPolicy =>
  followPolicy(rules, settings);

export const windows = (
  policy: FollowedPolicy,
  { limit }: PublishedCase,
  use: { readonly used: number | undefined; readonly times: number },
): readonly FollowedStep[] => policy.repeat(use.times, { used: use.used, limit }, windowSeconds);

interface RowOutcome {
  readonly amounts: readonly number[];
  readonly events: readonly string[];
  /** Events that still count at the end. */
  readonly pending: { readonly up: number; readonly down: number };
}

export interface VectorRow extends Partial<RowOutcome> {
  readonly vector: string;
  /** Where it is decided otherwise: what, and why. */
  readonly ours?: string;
  readonly of: PublishedCase;
  /** Usage and the number of windows it lasts, one after another. */
  readonly use: readonly (readonly [used: number | undefined, windows: number])[];
  readonly amounts: readonly number[];
}

export const nothingPends = { up: 0, down: 0 };

export const titleOf = ({ vector, ours }: VectorRow): string =>
  ours === undefined ? vector : `${vector}; ours: ${ours}`;

export function runRow({ of, use }: VectorRow): RowOutcome {
  const policy = follow(of);
  const steps = use.flatMap(([used, times]) => windows(policy, of, { used, times }));
  const { up, down } = policy.pending();
  return {
    amounts: amountsOf(steps),
    events: directionsOf(steps),
    pending: { up: up.length, down: down.length },
  };
}
