import { type Reason, reason } from "../reason/reason.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import { missingReason, wishWithoutData } from "./missing-data.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";
import { requestOf, type Wish } from "./wish.ts";

/** What a policy must remember to know for how long it has seen nothing. */
export interface Sighted {
  readonly silentSince: MonotonicSeconds;
}

/** Nothing known for so long: up to the safe limit. */
const noDataSeconds = 60;

/** Where there is nothing to decide on: it is frozen, or what it uses or may use is not known. */
export function decideBlind<State extends Sighted>(
  policy: Pick<Policy<State>, "name" | "resource" | "begin">,
  state: State,
  input: DecisionInput,
): Decision<State> {
  const { observation, at } = input;
  if (observation.isFrozen) return hold(policy.begin(at), reason("frozen", "it is frozen"));
  const silentSeconds = at - state.silentSince;
  if (silentSeconds < noDataSeconds) return hold(state, missingReason(input));
  const wish = wishWithoutData(policy.resource, input, silentSeconds);
  const next = policy.begin(at);
  return wish === undefined ? hold(next, missingReason(input)) : ask(policy, next, { input, wish });
}

export const hold = <State>(state: State, why: Reason): Decision<State> => ({
  state,
  events: [],
  outcome: { kind: "hold", reason: why },
});

export const ask = <State>(
  policy: Pick<Policy<State>, "name" | "resource">,
  state: State,
  { input, wish }: { readonly input: DecisionInput; readonly wish: Wish },
): Decision<State> => ({ state, events: [], outcome: requestOf(policy, input, wish) });
