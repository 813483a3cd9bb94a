import {
  byResource,
  type MonotonicSeconds,
  type PlannedContainer,
  type Resource,
  type ResourceSettings,
} from "@sc/domain";
import { brakesUnder, type TrackedStructure } from "./tracked-structure.ts";

/** What is to be known of a container besides what was remembered of it. */
export interface PlanningNow {
  readonly isPaused: boolean;
  readonly settingsOf: (resource: Resource) => ResourceSettings | undefined;
  readonly isAwaitingAnswer: (resource: Resource) => boolean;
  readonly at: MonotonicSeconds;
}

/** A container as a plan needs it; of a limit that is not known there is nothing to plan. */
export const plannedContainerOf = (
  tracked: TrackedStructure,
  now: PlanningNow,
): PlannedContainer => ({
  id: tracked.id,
  isPaused: now.isPaused,
  cpuLimit: tracked.cpuLimit,
  resources: byResource((resource) => {
    const one = tracked.limits[resource];
    const { limit, floor, refusal: last } = one;
    const settings = now.settingsOf(resource);
    if (limit === undefined || settings === undefined) return undefined;
    const brakes = brakesUnder(settings.policy, one, now.at);
    const refusal = last && now.at < last.until ? last.reason : undefined;
    const isAwaitingAnswer = now.isAwaitingAnswer(resource);
    return { limit, settings, brakes, floor, isAwaitingAnswer, refusal };
  }),
});
