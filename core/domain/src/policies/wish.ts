import type { ScalingRequest } from "../messages/messages.ts";
import type { Reason } from "../reason/reason.ts";
import type { CpuShape } from "../structure/cpu-limit.ts";
import type { DecisionInput, Outcome, Policy } from "./policy.ts";

/** A change a policy wants: the signed amount, the limit it was made from, and why. */
export interface Wish {
  readonly amount: number;
  readonly from: number;
  readonly reason: Reason;
  readonly cpu?: CpuShape;
}

/** The request that a policy's wish becomes. */
export function requestOf(
  { name: policy, resource }: Pick<Policy<unknown>, "name" | "resource">,
  { observation, settings, at, stamp }: DecisionInput,
  wish: Wish,
): Outcome {
  const request: ScalingRequest = {
    structure: observation.structure,
    id: observation.id,
    resource,
    amount: wish.amount,
    from: wish.from,
    ...(wish.cpu !== undefined && { cpu: wish.cpu }),
    priority: settings.priority,
    isRecommendation: settings.mode === "recommend",
    policy,
    reason: wish.reason,
    at,
    stamp,
  };
  return { kind: "request", request };
}
