import { invariant } from "../invariant.ts";
import type { ScalingRequest } from "../messages/messages.ts";
import { compileRules } from "../policies/compile-rules.ts";
import type { Policy } from "../policies/policy.ts";
import { type PolicyBook, policyBook } from "../policies/policy-book.ts";
import { defaultCpuRules, defaultMemRules, type ServerlessRules } from "../policies/rules.ts";
import { runnable } from "../policies/running-policy.ts";
import { type ServerlessRulesState, serverlessRules } from "../policies/serverless-rules.ts";
import { reason } from "../reason/reason.ts";
import type { ContainerId } from "../structure/container.ts";
import { type ByResource, byResource, type ComputeResource } from "../structure/resource.ts";
import {
  type DefaultSettings,
  defaultSettings,
  type ResourceSettings,
} from "../structure/settings.ts";
import { parseStructureName, type StructureName } from "../structure/structure-name.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { compileForTests } from "./evaluate-rule.ts";

export function nameFor(text: string): StructureName {
  const parsed = parseStructureName(text);
  invariant(parsed.ok, `a test's name is valid: ${text}`);
  return parsed.value;
}

export const idFor = (name: string): ContainerId => `id-${name}` as ContainerId;

export const settingsFor = (changed: Partial<ResourceSettings> = {}): ResourceSettings => ({
  mode: "auto",
  min: 50,
  max: 300,
  maxFrom: "first-limit",
  boundary: { percent: 10, of: "max" },
  priority: 0,
  policy: "serverless-rules",
  ...changed,
});

/** Of cpu and mem as said, and nothing is done with disk and network. */
export const resourcesFor = (
  own: Readonly<Record<ComputeResource, ResourceSettings>>,
): ByResource<ResourceSettings> => ({
  ...byResource((resource) =>
    settingsFor({ mode: "observe", policy: defaultSettings[resource].policy }),
  ),
  ...own,
});

/** As nobody decided, and by the rules whatever decides elsewhere. */
export const defaultsByRules: DefaultSettings = byResource((resource) => ({
  ...defaultSettings[resource],
  policy: "serverless-rules",
}));

export function requestFor(name: string, changed: Partial<ScalingRequest> = {}): ScalingRequest {
  return {
    structure: nameFor(name),
    id: idFor(name),
    resource: "cpu",
    amount: 75,
    from: 100,
    priority: 0,
    isRecommendation: false,
    policy: "serverless-rules",
    reason: reason("usage-above-upper", "used 95 of 100 shares, above 90"),
    at: monotonicSeconds(0),
    stamp: wallSeconds(0),
    ...changed,
  };
}

export function policyFor(rules: ServerlessRules = defaultCpuRules): Policy<ServerlessRulesState> {
  const compiled = compileRules(rules, compileForTests);
  invariant(compiled.ok, "a test's rules compile");
  return serverlessRules(compiled.value);
}

/** The rules as they come, and nothing else to choose. */
export const rulesOnly = (): PolicyBook =>
  policyBook([runnable(policyFor()), runnable(policyFor(defaultMemRules))]);
