import type { Rescale, RuleDocument } from "@sc/domain";
import type { PublishedDocument } from "../published-document.ts";
import { publishedNameOf, requestNameOf } from "./published-names.ts";

/** A rule as published clients read it. */
export function publishedRule(rule: RuleDocument): PublishedDocument {
  const name = publishedNameOf(rule.name);
  const common = {
    _id: name,
    name,
    type: "rule",
    resource: rule.resource,
    active: rule.isActive,
    rule: rule.condition,
  };
  if (rule.kind === "event") {
    const action = { events: { scale: { [rule.direction]: 1 } } };
    return { ...common, generates: "events", action };
  }
  return {
    ...common,
    generates: "requests",
    action: { requests: [requestNameOf(rule)] },
    rescale_type: rule.direction,
    ...rescaleFields(rule.rescale),
    events_to_remove: rule.eventsToRemove,
  };
}

const rescaleFields = (rescale: Rescale): PublishedDocument =>
  rescale.kind === "fit_to_usage"
    ? { rescale_policy: rescale.kind }
    : { rescale_policy: rescale.kind, amount: rescale.amount };
