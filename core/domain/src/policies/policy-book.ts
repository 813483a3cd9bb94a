import { type Reason, reason } from "../reason/reason.ts";
import { type ByResource, byResource, type Resource, resources } from "../structure/resource.ts";
import type { RunnablePolicy } from "./running-policy.ts";

/** What can be chosen to decide about each resource, by name. */
export type PolicyBook = ByResource<ReadonlyMap<string, RunnablePolicy>>;

export const policyBook = (policies: readonly RunnablePolicy[]): PolicyBook =>
  byResource(
    (resource) =>
      new Map(
        policies.filter((each) => each.resource === resource).map((each) => [each.name, each]),
      ),
  );

/**
 * Why a name does not stand for a policy of this resource, and which names do; `undefined` = it does.
 * Who decides in the place of a policy that is missing would be nobody's choice, so nobody does.
 */
export function whyUnknown(book: PolicyBook, resource: Resource, name: string): Reason | undefined {
  if (book[resource].has(name)) return undefined;
  const other = resources.find((each) => each !== resource && book[each].has(name));
  const fault =
    other === undefined
      ? `there is no policy called ${name}`
      : `the policy ${name} decides about ${other}, not about ${resource}`;
  const known = [...book[resource].keys()].join(", ");
  return reason("policy-unknown", `${fault}; ${resource} can be given to ${known}`);
}
