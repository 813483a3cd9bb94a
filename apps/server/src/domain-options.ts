import type { Configuration } from "@sc/contracts";
import {
  type BrakeSettings,
  byResource,
  type DefaultSettings,
  defaultBrakeSettings,
  type NodeAgentSettings,
  type Resource,
  type ResourceDefaults,
  type ScalerSettings,
  type ServiceSettings,
} from "@sc/domain";
import { type AgentOptions, defaultAgentOptions } from "@sc/services";
import { windowSecondsOf } from "./published-seed.ts";

/** The configuration file speaks the outside's language; these say the same in the domain's. */
export function serviceSettingsOf(configuration: Configuration): ServiceSettings {
  const { outputs: _, ...history } = configuration.history;
  const { brakes, drift, host, memory, sampling, serverlessRules, services } = configuration;
  const { eventTimeoutWindows, noDataSeconds } = serverlessRules;
  const windowSeconds = windowSecondsOf(configuration);
  const { autoSeconds, allSeconds } = sampling;
  const { reservePercent, overcommit } = host;
  const { oomControl } = memory;
  return {
    "node-agent": { autoSeconds, allSeconds, reservePercent, overcommit, drift, oomControl },
    guardian: { ...services.guardian, windowSeconds, eventTimeoutWindows, noDataSeconds },
    scaler: {
      ...services.scaler,
      learningSeconds: brakes.learningSeconds,
      settleSeconds: brakes.settleSeconds,
      shrinkAtOncePercent: brakes.shrinkAtOncePercent,
      shrinkPerWindowPercent: brakes.shrinkInTenMinutesPercent,
      hostShrinksPerMinute: brakes.shrinksPerMinute,
      hostShrinksPerMinuteAfterStart: brakes.shrinksPerMinuteAtStart,
      holdSeconds: brakes.holdSeconds,
    },
    "structure-snapshoter": services.structureSnapshoter,
    "database-snapshoter": { ...services.databaseSnapshoter, ...history },
    "sanity-checker": services.sanityChecker,
    refeeder: services.refeeder,
  };
}

/** How an agent works with these settings; the rest is fixed while it runs. */
export const agentOptionsOf = (
  { lease }: Configuration,
  settings: NodeAgentSettings,
): AgentOptions => ({
  ...defaultAgentOptions,
  ...settings,
  onStop: lease.onStop,
});

export const brakeSettingsOf = ({ isActive: _, ...brakes }: ScalerSettings): BrakeSettings => ({
  ...defaultBrakeSettings,
  ...brakes,
});

export function defaultSettingsOf({ defaults }: Configuration): DefaultSettings {
  return byResource((resource) => resourceDefaultsOf(defaults[resource]));
}

const resourceDefaultsOf = (defaults: Configuration["defaults"][Resource]): ResourceDefaults => ({
  mode: defaults.mode,
  min: defaults.min,
  boundary: { percent: defaults.boundaryPercent, of: defaults.boundaryOf },
  policy: defaults.policy,
});
