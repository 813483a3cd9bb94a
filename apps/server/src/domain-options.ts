import type { Configuration } from "@sc/contracts";
import {
  type BrakeSettings,
  type DefaultSettings,
  defaultBrakeSettings,
  type Resource,
  type ResourceDefaults,
  type ServerlessRules,
  thresholdRules,
} from "@sc/domain";
import { type AgentOptions, defaultAgentOptions } from "@sc/services";

/** The configuration file speaks the outside's language; these say the same in the domain's. */
export function agentOptionsOf(configuration: Configuration): AgentOptions {
  const { sampling, host, drift, lease } = configuration;
  return {
    ...defaultAgentOptions,
    autoSeconds: sampling.autoSeconds,
    allSeconds: sampling.allSeconds,
    reservePercent: host.reservePercent,
    overcommit: host.overcommit,
    drift,
    onStop: lease.onStop,
  };
}

export function brakeSettingsOf({ brakes }: Configuration): BrakeSettings {
  return {
    ...defaultBrakeSettings,
    learningSeconds: brakes.learningSeconds,
    settleSeconds: brakes.settleSeconds,
    shrinkAtOncePercent: brakes.shrinkAtOncePercent,
    shrinkPerWindowPercent: brakes.shrinkInTenMinutesPercent,
    hostShrinksPerMinute: brakes.shrinksPerMinute,
    hostShrinksPerMinuteAfterStart: brakes.shrinksPerMinuteAtStart,
    holdSeconds: brakes.holdSeconds,
  };
}

export function rulesOf({ serverlessRules }: Configuration, resource: Resource): ServerlessRules {
  const { windowSeconds, eventTimeoutWindows, noDataSeconds } = serverlessRules;
  return {
    resource,
    ...(windowSeconds === null ? {} : { windowSeconds }),
    eventTimeoutWindows,
    noDataSeconds,
    ...thresholdRules(resource, serverlessRules[resource]),
  };
}

export function defaultSettingsOf({ defaults }: Configuration): DefaultSettings {
  return { cpu: resourceDefaultsOf(defaults.cpu), mem: resourceDefaultsOf(defaults.mem) };
}

const resourceDefaultsOf = (
  defaults: Configuration["defaults"]["cpu"] | Configuration["defaults"]["mem"],
): ResourceDefaults => ({
  mode: defaults.mode,
  min: defaults.min,
  boundary: { percent: defaults.boundaryPercent, of: defaults.boundaryOf },
});
