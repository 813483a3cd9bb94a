import {
  type ContainerLimits,
  formatShares as formatNumber,
  type HostObservation,
  limitIn,
  type RuleDocument,
  resources,
  resourceUnits,
  type ServiceSettings,
  type StructureName,
  type StructureSettings,
  thresholds,
} from "@sc/domain";
import type { HealthProblem } from "@sc/ports";
import { findContradictions } from "../live-documents/find-contradictions.ts";

export interface StructureInForce {
  readonly name: StructureName;
  readonly settings: StructureSettings;
  /** Applied now. */
  readonly limits: ContainerLimits;
}

/** What is to be scaled, and has no limit that could be read: as where its group is not given memory. */
export function checkReadable(structures: readonly StructureInForce[]): readonly HealthProblem[] {
  return structures.flatMap(({ name, settings, limits }) => {
    return resources.flatMap((resource): readonly HealthProblem[] => {
      if (
        limitIn(limits, resource) !== undefined ||
        settings.resources[resource].mode === "observe"
      )
        return [];
      const text = `its ${resource} limit cannot be read, so its ${resource} is not scaled`;
      const nextStep =
        `see that the kernel keeps ${resource} of its group ` +
        `(docs/operating/running.md), or set ${resource} to observe`;
      return [{ code: "SC_SANITY_LIMIT_UNREADABLE", text, nextStep, structure: name }];
    });
  });
}

/** What is to be scaled, and what the guardian decides about. */
export function checkGuarded(
  structures: readonly StructureInForce[],
  { guardedResources, isActive }: ServiceSettings["guardian"],
): readonly HealthProblem[] {
  return resources.flatMap((resource): readonly HealthProblem[] => {
    if (!isActive || guardedResources.includes(resource)) return [];
    const inAuto = structures.filter(
      ({ settings }) => settings.resources[resource].mode === "auto",
    );
    if (inAuto.length === 0) return [];
    const text = `nothing decides about ${resource}, which is in auto in ${inAuto.length} containers`;
    const nextStep = `add ${resource} to guardedResources of guardian (GUARDABLE_RESOURCES)`;
    return [{ code: "SC_SANITY_NOT_GUARDED", text, nextStep }];
  });
}

/** Limits that could never be lowered, whatever a container uses. */
export function checkBands(structures: readonly StructureInForce[]): readonly HealthProblem[] {
  return structures.flatMap(({ name, settings }) =>
    resources.flatMap((resource): readonly HealthProblem[] => {
      const { mode, min, max, boundary } = settings.resources[resource];
      if (mode === "observe") return [];
      const { lower } = thresholds({ max, boundary }, max);
      if (lower > min) return [];
      const band = `min ${formatNumber(min)} and max ${formatNumber(max)} ${resourceUnits[resource]}`;
      const text =
        `its ${resource} limit can never shrink: between ${band} there is no room for two ` +
        `margins of ${boundary.percent} % of ${boundary.of}`;
      const nextStep = `lower min or boundaryPercent, or raise max, of ${resource}`;
      return [{ code: "SC_SANITY_BAND_TOO_NARROW", text, nextStep, structure: name }];
    }),
  );
}

/** More is promised as least limits than the host may grant. */
export function checkSumOfMins(
  structures: readonly StructureInForce[],
  observation: HostObservation,
): readonly HealthProblem[] {
  return resources.flatMap((resource): readonly HealthProblem[] => {
    const inAuto = structures.filter(
      ({ settings }) => settings.resources[resource].mode === "auto",
    );
    const mins = inAuto.reduce((sum, { settings }) => sum + settings.resources[resource].min, 0);
    const { grantable = 0, total = 0 } = observation[resource] ?? {};
    if (observation[resource] === undefined || mins <= grantable) return [];
    const text =
      `the least ${resource} limits of the ${inAuto.length} containers in auto add up to ` +
      `${formatNumber(mins)} ${resourceUnits[resource]}, and ${formatNumber(grantable)} can be granted ` +
      (grantable > total
        ? `by host.overcommit, where the host has ${formatNumber(total)}`
        : `of the host's ${formatNumber(total)}`);
    const nextStep = `lower their min of ${resource}, or take some of them out of auto`;
    return [{ code: "SC_SANITY_MINS_EXCEED_HOST", text, nextStep }];
  });
}

/** Rules that wait for events which no rule makes. */
export function checkRules(rules: readonly RuleDocument[]): readonly HealthProblem[] {
  const active = rules.filter(({ isActive }) => isActive);
  const isMade = ({ resource, direction }: RuleDocument): boolean =>
    active.some(
      (rule) => rule.kind === "event" && rule.resource === resource && rule.direction === direction,
    );
  return active.flatMap((rule): readonly HealthProblem[] => {
    if (rule.kind === "event" || rule.eventsToRemove === 0 || isMade(rule)) return [];
    const { name, resource, direction } = rule;
    const text = `the rule ${name} can never fire: no active rule makes events ${direction} of ${resource}`;
    const nextStep = `activate an event rule of ${resource} ${direction}, or deactivate ${name}`;
    return [{ code: "SC_SANITY_RULE_NEVER_FIRES", text, nextStep }];
  });
}

/** Times that do not fit together, as when the configuration changed under stored settings. */
export function checkTimes(settings: ServiceSettings): readonly HealthProblem[] {
  const code = "SC_SANITY_TIMES_DO_NOT_FIT";
  const found: HealthProblem[] = findContradictions(settings).map(({ fields, text }) => ({
    code,
    text,
    nextStep: `change the settings of ${Object.keys(fields).join(" or ")}`,
  }));
  const { guardian, "node-agent": agent } = settings;
  const windowSeconds = guardian.windowSeconds || agent.autoSeconds;
  if (guardian.noDataSeconds <= agent.autoSeconds) {
    const text =
      `data count as missing after ${guardian.noDataSeconds} s, and a sample comes every ` +
      `${agent.autoSeconds} s: limits would rise to max all the time`;
    found.push({ code, text, nextStep: "raise noDataSeconds of guardian" });
  } else if (windowSeconds > guardian.noDataSeconds) {
    const text =
      `a window of ${windowSeconds} s is longer than the ${guardian.noDataSeconds} s after which ` +
      "data count as missing";
    found.push({ code, text, nextStep: "raise noDataSeconds of guardian, or lower windowSeconds" });
  }
  return found;
}
