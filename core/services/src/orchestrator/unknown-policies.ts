import { type PolicyBook, resources, whyUnknown } from "@sc/domain";
import type { ContainerView, HealthProblem } from "@sc/ports";

/** A thousand lines say no more than so many. */
const toldMost = 20;

/** What nothing decides about, because the policy it was given is not there (any more). */
export function unknownPolicies(
  structures: readonly ContainerView[],
  policies: PolicyBook,
): readonly HealthProblem[] {
  return structures
    .flatMap((structure) =>
      resources.flatMap((resource): readonly HealthProblem[] => {
        const state = structure.resources[resource];
        if (state === undefined || state.mode === "observe") return [];
        const why = whyUnknown(policies, resource, state.policy);
        if (why === undefined) return [];
        const text = `nothing decides about its ${resource}: ${why.text}`;
        const nextStep = `give ${resource} another policy, or name the missing one's file again`;
        return [{ code: "SC_POLICY_UNKNOWN", text, nextStep, structure: structure.name }];
      }),
    )
    .slice(0, toldMost);
}
