import type { ResourceEvent } from "../messages/messages.ts";
import type { Resource } from "../structure/resource.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import type { DecisionInput, Outcome, Policy } from "./policy.ts";

/** A policy whose kind of state nobody needs to know, so that many of them can stand side by side. */
export interface RunnablePolicy {
  readonly name: string;
  readonly resource: Resource;
  begin(at: MonotonicSeconds): PolicyRun;
}

/** A policy at work for one structure; what it remembers lives and ends with it. */
export interface PolicyRun {
  decide(input: DecisionInput): RunDecision;
}

export interface RunDecision {
  readonly events: readonly ResourceEvent[];
  readonly outcome: Outcome;
}

export const runnable = <State>(policy: Policy<State>): RunnablePolicy => ({
  name: policy.name,
  resource: policy.resource,
  begin: (at) => new StatefulRun(policy, policy.begin(at)),
});

class StatefulRun<State> implements PolicyRun {
  readonly #policy: Policy<State>;
  #state: State;

  constructor(policy: Policy<State>, state: State) {
    this.#policy = policy;
    this.#state = state;
  }

  decide(input: DecisionInput): RunDecision {
    const decision = this.#policy.decide(this.#state, input);
    this.#state = decision.state;
    return decision;
  }
}
