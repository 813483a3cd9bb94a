import type { DecisionInput, PolicyRun, RunDecision, RunnablePolicy } from "@sc/domain";

/** A policy whose decisions are made in another way. */
export const withDecisions = (
  policy: RunnablePolicy,
  decide: (run: PolicyRun, input: DecisionInput) => RunDecision,
): RunnablePolicy => ({
  name: policy.name,
  resource: policy.resource,
  begin: (at) => {
    const run = policy.begin(at);
    return { decide: (input) => decide(run, input) };
  },
});
