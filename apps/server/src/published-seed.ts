import type { Configuration } from "@sc/contracts";
import {
  byResource,
  defaultRules,
  publishedRules,
  type Resource,
  thresholdRules,
} from "@sc/domain";
import type { RulePresets } from "@sc/services";

interface Seeded extends Pick<Configuration, "serverlessRules"> {
  readonly compatibility: Pick<Configuration["compatibility"], "open">;
}

/**
 * Who opens the published routes has clients that know the published rules: those are the presets then,
 * of each resource whose numbers the configuration leaves at ours, and windows as long as they were
 * made for. What the configuration says otherwise, and what people set, goes before it.
 */
export const rulePresetsOf = (configuration: Seeded): RulePresets =>
  byResource((resource) =>
    isSeeded(configuration, resource)
      ? publishedRules(resource)
      : thresholdRules(resource, configuration.serverlessRules[resource]),
  );

export function windowSecondsOf({ compatibility, serverlessRules }: Seeded): number | null {
  const { windowSeconds } = serverlessRules;
  if (!compatibility.open || windowSeconds !== null) return windowSeconds;
  return publishedRules("cpu").windowSeconds ?? null;
}

function isSeeded({ compatibility, serverlessRules }: Seeded, resource: Resource): boolean {
  if (!compatibility.open) return false;
  const written = thresholdRules(resource, serverlessRules[resource]);
  const { eventRules, requestRules } = defaultRules[resource];
  return JSON.stringify(written) === JSON.stringify({ eventRules, requestRules });
}
