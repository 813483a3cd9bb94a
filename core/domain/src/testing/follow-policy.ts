import type { ResourceEvent } from "../messages/messages.ts";
import type { PendingEvents } from "../policies/pending-events.ts";
import type { Observation, Outcome } from "../policies/policy.ts";
import { defaultCpuRules, type ServerlessRules } from "../policies/rules.ts";
import type { ServerlessRulesState } from "../policies/serverless-rules.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { idFor, nameFor, policyFor, settingsFor } from "./sample-data.ts";

export interface FollowedStep {
  readonly events: readonly ResourceEvent[];
  readonly outcome: Outcome;
}

export interface FollowedPolicy {
  sample(observed: Partial<Observation>, seconds?: number): FollowedStep;
  repeat(times: number, observed: Partial<Observation>, seconds?: number): readonly FollowedStep[];
  /** From now on other settings. */
  change(next: Partial<ResourceSettings>): void;
  /** From now on as if these events had been seen. */
  pend(events: PendingEvents): void;
  pending(): PendingEvents;
}

/** A policy with its state, fed one sample after another; by default it uses 100 of 170. */
export function followPolicy(
  rules: ServerlessRules = defaultCpuRules,
  changed: Partial<ResourceSettings> = {},
): FollowedPolicy {
  const policy = policyFor(rules);
  let settings = settingsFor(changed);
  let at = 0;
  let state: ServerlessRulesState = policy.begin(monotonicSeconds(at));
  const sample = (observed: Partial<Observation>, seconds = 1): FollowedStep => {
    at += seconds;
    const observation: Observation = {
      structure: nameFor("web"),
      id: idFor("web"),
      windowSeconds: seconds,
      used: 100,
      limit: 170,
      isFrozen: false,
      ...observed,
    };
    const stamp = wallSeconds(1000 + at);
    const decision = policy.decide(state, {
      observation,
      settings,
      at: monotonicSeconds(at),
      stamp,
    });
    state = decision.state;
    return decision;
  };
  return {
    sample,
    repeat: (times, observed, seconds) =>
      Array.from({ length: times }, () => sample(observed, seconds)),
    change: (next) => {
      settings = { ...settings, ...next };
    },
    pend: (events) => {
      state = { ...state, events };
    },
    pending: () => state.events,
  };
}

/** What was asked for, step by step. */
export const amountsOf = (steps: readonly FollowedStep[]): readonly number[] =>
  steps.flatMap(({ outcome }) => (outcome.kind === "request" ? [outcome.request.amount] : []));

export const directionsOf = (steps: readonly FollowedStep[]): readonly string[] =>
  steps.flatMap(({ events }) => events.map((event) => event.direction));
