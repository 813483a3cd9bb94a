import {
  err,
  formatShares as formatNumber,
  ok,
  type PolicyBook,
  type ResourceSettings,
  type Result,
  resourceUnits,
  type StoredResourceSettings,
  whyUnknown,
} from "@sc/domain";
import type { ApiProblem, LimitsUpdate } from "@sc/ports";

/** The least a limit may be, in the resource's unit: the kernel takes no cpu quota below it. */
const leastLimit = 1;
const priorityMost = 1000;

export interface LimitsContext {
  readonly settings: ResourceSettings;
  /** What the host has of the resource. */
  readonly hostTotal: number;
  /** What can be chosen to decide. */
  readonly policies: PolicyBook;
}

/** What is to be stored for a wish about limits, or the field that is at fault and its bound. */
export function checkLimits(
  update: LimitsUpdate,
  { settings, hostTotal, policies }: LimitsContext,
): Result<StoredResourceSettings, ApiProblem> {
  const { resource, min, max, boundaryPercent, boundaryOf, priority, policy } = update;
  const unit = resourceUnits[resource];
  const problem =
    checkRange("min", min, { from: leastLimit, to: hostTotal, unit, of: "the host" }) ??
    checkRange("max", max, { from: leastLimit, to: hostTotal, unit, of: "the host" }) ??
    checkRange("boundaryPercent", boundaryPercent, { from: 0, to: 100, unit: "percent" }) ??
    checkRange("priority", priority, { from: -priorityMost, to: priorityMost }) ??
    checkOrder(update, settings) ??
    checkPolicy(update, policies) ??
    checkNotEmpty(update);
  if (problem !== undefined) return err(problem);
  const boundary = {
    percent: boundaryPercent ?? settings.boundary.percent,
    of: boundaryOf ?? settings.boundary.of,
  };
  return ok({
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...((boundaryPercent !== undefined || boundaryOf !== undefined) && { boundary }),
    ...(priority !== undefined && { priority }),
    ...(policy !== undefined && { policy }),
  });
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly unit?: string;
  /** What the upper bound is the size of. */
  readonly of?: string;
}

function checkRange(
  field: string,
  value: number | undefined,
  { from, to, unit, of }: Range,
): ApiProblem | undefined {
  if (value === undefined || (value >= from && value <= to)) return undefined;
  const bound = `${formatNumber(from)} to ${formatNumber(to)}${unit === undefined ? "" : ` ${unit}`}`;
  const why = of === undefined ? "" : `, the size of ${of}`;
  return outOfRange(field, `${field} is ${value}, it must be from ${bound}${why}`);
}

function checkOrder(update: LimitsUpdate, settings: ResourceSettings): ApiProblem | undefined {
  const min = update.min ?? settings.min;
  const max = update.max ?? settings.max;
  if (min <= max) return undefined;
  return update.min === undefined
    ? outOfRange("max", `max is ${max}, it must be at least min (${formatNumber(min)})`)
    : outOfRange("min", `min is ${min}, it must be at most max (${formatNumber(max)})`);
}

function checkPolicy(
  { resource, policy }: LimitsUpdate,
  policies: PolicyBook,
): ApiProblem | undefined {
  const why = policy === undefined ? undefined : whyUnknown(policies, resource, policy);
  return why && { code: "SC_POLICY_UNKNOWN", field: "policy", detail: why.text };
}

function checkNotEmpty({ resource: _, ...changes }: LimitsUpdate): ApiProblem | undefined {
  if (Object.values(changes).some((value) => value !== undefined)) return undefined;
  const detail =
    "nothing to change: give min, max, boundaryPercent, boundaryOf, priority or policy";
  return { code: "SC_VALUE_OUT_OF_RANGE", detail };
}

const outOfRange = (field: string, detail: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail,
});
