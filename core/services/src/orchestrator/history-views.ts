import {
  assertNever,
  type Change,
  type Reason,
  type ResourceEvent,
  type ScalingRequest,
} from "@sc/domain";
import type { ChangeView, EventView, RequestView } from "@sc/ports";

export function eventView(event: ResourceEvent): EventView {
  const { structure, resource, direction, rule, used, threshold, stamp } = event;
  return { structure, resource, direction, rule, used, threshold, stamp };
}

/** A request, and why it was held once that is known. */
export interface RecordedRequest {
  readonly structure: string;
  readonly request: ScalingRequest;
  held: Reason | undefined;
}

export function requestView({ request, held }: RecordedRequest): RequestView {
  const { structure, resource, amount, from, policy, isRecommendation, reason, stamp } = request;
  return { structure, resource, amount, from, policy, isRecommendation, reason, held, stamp };
}

export function changeView(change: Change): ChangeView {
  const { structure, resource, outcome, reason, detail, stamp } = change;
  const author = describeAuthor(change.author);
  return {
    structure,
    resource,
    outcome,
    old: change.old,
    new: change.new,
    author,
    reason,
    detail,
    stamp,
  };
}

function describeAuthor(author: Change["author"]): string {
  switch (author.kind) {
    case "policy":
    case "person":
    case "agent":
      return `${author.kind} ${author.name}`;
    case "other-hand":
      return "other hand";
    default:
      return assertNever(author);
  }
}
