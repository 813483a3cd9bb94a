import {
  type BrakeSettings,
  type FirstLimit,
  previewByTrying,
  previewFirstLimit,
  reason,
  whyUnknown,
} from "@sc/domain";
import type { Clock } from "@sc/ports";
import type { DocumentDesk } from "../live-documents/document-desk.ts";
import type { PreviewQuestion } from "./preview-mode.ts";

/**
 * What the policy that was chosen would do first. Of the rules it is computed, as if enough events had
 * been seen; any other policy is tried.
 */
export function previewOf(
  { container, resource, ...seen }: PreviewQuestion,
  deps: {
    readonly desk: Pick<DocumentDesk, "policies" | "rulesInForce">;
    readonly brakes: BrakeSettings;
    readonly clock: Pick<Clock, "wall">;
  },
): FirstLimit {
  const { desk, brakes, clock } = deps;
  const { settings, limit } = seen;
  if (settings.policy === "serverless-rules") {
    return previewFirstLimit({ ...seen, rules: desk.rulesInForce(resource), brakes });
  }
  const policies = desk.policies();
  const policy = policies[resource].get(settings.policy);
  if (policy === undefined) {
    const why = whyUnknown(policies, resource, settings.policy);
    return { limit, reason: why ?? reason("policy-unknown", "it is not known") };
  }
  const { name: structure, id } = container.facts;
  const { cpu: cpuLimit } = container.limits;
  try {
    return previewByTrying({
      ...seen,
      structure,
      id,
      policy,
      cpuLimit,
      brakes,
      stamp: clock.wall(),
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { limit, reason: reason("quarantined", `deciding for it fails: ${cause}`) };
  }
}
