import type { RunnablePolicy } from "../policies/running-policy.ts";
import { reason } from "../reason/reason.ts";
import type { ContainerId } from "../structure/container.ts";
import { type CpuLimit, cpuLimitOfShares } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { StructureName } from "../structure/structure-name.ts";
import { monotonicSeconds, type WallSeconds } from "../units/time.ts";
import type { BrakeSettings } from "./brake-settings.ts";
import { brakedPreview, type FirstLimit } from "./preview-first-limit.ts";

/** So long the use is taken to stay as it is; what a policy has not asked for by then comes later. */
const triedSeconds = 120;

export interface TryingInput {
  readonly structure: StructureName;
  readonly id: ContainerId;
  readonly policy: RunnablePolicy;
  readonly used: number | undefined;
  readonly limit: number | null;
  readonly cpuLimit: CpuLimit | undefined;
  readonly settings: ResourceSettings;
  readonly brakes: BrakeSettings;
  readonly stamp: WallSeconds;
}

/**
 * The first limit any policy would write if usage stays as it is, found by letting it decide for two
 * minutes; learning is taken to be over, the cuts of the brakes are not.
 */
export function previewByTrying(input: TryingInput): FirstLimit {
  const { policy, used, limit, cpuLimit, brakes, stamp } = input;
  if (used === undefined) return { limit, reason: reason("no-data", "the usage is not known yet") };
  const settings: ResourceSettings = { ...input.settings, mode: "auto" };
  const run = policy.begin(monotonicSeconds(0));
  const applied = cpuLimit ?? cpuLimitOfShares(limit ?? settings.max, 100);
  const observation = {
    structure: input.structure,
    id: input.id,
    windowSeconds: 1,
    used,
    limit,
    ...(policy.resource === "cpu" && { cpuLimit: { ...applied, quotaShares: limit } }),
    isFrozen: false,
  };
  let held = reason("no-window-yet", "it has not decided anything");
  for (let second = 1; second <= triedSeconds; second += 1) {
    const { outcome } = run.decide({ observation, settings, at: monotonicSeconds(second), stamp });
    if (outcome.kind === "request") {
      const { amount, from, reason: why } = outcome.request;
      if (amount === 0) return { limit, reason: why };
      return brakedPreview({ limit, settings, brakes }, from + amount, why);
    }
    held = outcome.reason;
  }
  return { limit, reason: held };
}
