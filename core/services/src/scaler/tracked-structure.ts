import {
  type BrakeSettings,
  type ByResource,
  beginBrakes,
  byResource,
  type Change,
  type ContainerBrakes,
  type ContainerId,
  type CpuLimit,
  forgetShrinks,
  holdAfter,
  type MonotonicSeconds,
  type Resource,
  rateResources,
  recordGrowth,
  recordHandOver,
  recordShrink,
  resources,
  type UsageSample,
} from "@sc/domain";

import type { AgentRefusal } from "./agent-refusal.ts";

/** What the scaler remembers of one limit. */
export interface TrackedLimit {
  /** In the resource's unit; `null` = no limit, `undefined` = not known yet. */
  limit: number | null | undefined;
  /** No limit may be below. */
  floor: number;
  brakes: ContainerBrakes;
  /** Whose wishes were planned last. */
  policy: string | undefined;
  /** Why it is to be raised to its safe limit, until that was done or can do no good. */
  safeLimitWanted: string | undefined;
  /** What the agent refused the last order for, while it lasts. */
  refusal: AgentRefusal | undefined;
  /** Not before then, because the host had no room. */
  safeLimitNotBefore: MonotonicSeconds | undefined;
}

/** What the scaler remembers of one container. */
export class TrackedStructure {
  readonly id: ContainerId;
  readonly limits: ByResource<TrackedLimit>;
  /** Known from its first sample on. */
  host: string | undefined;
  cpuLimit: CpuLimit | undefined;

  #killHeeded: MonotonicSeconds;

  constructor(id: ContainerId, watchedSince: MonotonicSeconds) {
    this.id = id;
    this.#killHeeded = watchedSince;
    this.limits = byResource(() => ({
      limit: undefined,
      floor: 0,
      brakes: beginBrakes(watchedSince),
      policy: undefined,
      safeLimitWanted: undefined,
      refusal: undefined,
      safeLimitNotBefore: undefined,
    }));
  }

  /** What is missing in a sample stays as it was known. */
  take(sample: UsageSample, settings: BrakeSettings): void {
    const { at, cpuLimit, memMibLimit, memMibFloor, rates } = sample;
    const { cpu, mem } = this.limits;
    if (cpuLimit !== undefined) {
      noteUntold(cpu, cpuLimit.quotaShares, { at, settings });
      cpu.limit = cpuLimit.quotaShares;
      this.cpuLimit = cpuLimit;
    }
    if (memMibLimit !== undefined) {
      noteUntold(mem, memMibLimit, { at, settings });
      mem.limit = memMibLimit;
    }
    if (memMibFloor !== undefined) mem.floor = memMibFloor;
    if (rates !== undefined) this.#takeRates(rates, { at, settings });
  }

  #takeRates(
    rates: NonNullable<UsageSample["rates"]>,
    when: { readonly at: MonotonicSeconds; readonly settings: BrakeSettings },
  ): void {
    for (const resource of rateResources) {
      const limit = rates[resource]?.limit;
      if (limit === undefined) continue;
      noteUntold(this.limits[resource], limit, when);
      this.limits[resource].limit = limit;
    }
  }

  /** A kill is told once, and stands in every sample: `true` at its first hearing. */
  heedKill(at: MonotonicSeconds): boolean {
    const isNews = at > this.#killHeeded;
    if (isNews) this.#killHeeded = at;
    return isNews;
  }

  /** Another hand changed a limit: what we took from the old one counts no longer. */
  forgetShrinks(): void {
    for (const resource of resources) {
      const tracked = this.limits[resource];
      tracked.brakes = forgetShrinks(tracked.brakes);
      // What it is now the next sample tells.
      tracked.limit = undefined;
    }
  }

  /**
   * What was taken from it within the last minutes, whether it was killed or refused, nobody knows any
   * more: so its limits count as taken from their max just now, and nothing shrinks for a while.
   */
  takeUp(when: {
    readonly settings: BrakeSettings;
    readonly at: MonotonicSeconds;
    readonly maxOf: (resource: Resource) => number | undefined;
  }): void {
    for (const resource of resources) {
      const tracked = this.limits[resource];
      tracked.brakes = holdAfter("take-up", tracked.brakes, when);
      const from = when.maxOf(resource);
      if (from === undefined) continue;
      tracked.brakes = recordShrink(tracked.brakes, when.settings, { at: when.at, from });
    }
  }

  /** Nothing shrinks for a while, and what is in auto goes up to its safe limit. */
  holdAfter(
    because: "restart" | "kill",
    isInAuto: (resource: Resource) => boolean,
    when: { readonly settings: BrakeSettings; readonly at: MonotonicSeconds },
  ): void {
    for (const resource of resources) {
      if (!isInAuto(resource)) continue;
      const tracked = this.limits[resource];
      tracked.brakes = holdAfter(because, tracked.brakes, when);
      tracked.safeLimitWanted = wanted[because];
    }
  }
}

/** Another policy is as little proved as a new start. */
export function brakesUnder(
  policy: string,
  tracked: TrackedLimit,
  at: MonotonicSeconds,
): ContainerBrakes {
  if (tracked.policy !== undefined && tracked.policy !== policy) {
    tracked.brakes = recordHandOver(tracked.brakes, at);
  }
  tracked.policy = policy;
  return tracked.brakes;
}

/**
 * Whoever made it and whatever became of word of it: what just grew is not taken back at once, and what was
 * just taken counts.
 */
function noteUntold(
  tracked: TrackedLimit,
  now: number | null,
  { at, settings }: { readonly at: MonotonicSeconds; readonly settings: BrakeSettings },
): void {
  const { limit: before } = tracked;
  if (typeof before !== "number" || now === null) return;
  if (now > before + roundingOfLimits) tracked.brakes = recordGrowth(tracked.brakes, at);
  else if (now < before - roundingOfLimits)
    tracked.brakes = recordShrink(tracked.brakes, settings, { at, from: before });
}

/** The kernel keeps whole microseconds and pages. */
const roundingOfLimits = 0.1;

/** A shrink counts from when it was made: its order may have been long on its way. */
export function noteChanged(
  tracked: TrackedLimit,
  { old, new: now, at }: Change,
  { brakes, max }: { readonly brakes: BrakeSettings; readonly max: number | undefined },
): void {
  // What had no limit held its max.
  const from = old === null ? max : old;
  if (from === undefined || typeof now !== "number" || from === now) return;
  tracked.brakes =
    now > from
      ? recordGrowth(tracked.brakes, at)
      : recordShrink(tracked.brakes, brakes, { at, from });
}

const wanted = {
  restart: "it was restarted",
  kill: "the kernel killed one of its processes",
} as const;
