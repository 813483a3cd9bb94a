/**
 * A published rule document as a rule of ours. What nothing here acts on (energy, rules of the published
 * rebalancer) is kept as it is; what the original accepts and skips for ever is refused with the reason.
 */
import {
  err,
  ok,
  type Rescale,
  type Resource,
  type Result,
  type RuleDocument,
  resources,
} from "@sc/domain";
import { fieldIn, type PublishedDocument } from "../published-document.ts";
import { ownNameOf } from "./published-names.ts";

/** Which field is wrong, and what it must be. */
export interface DocumentFault {
  readonly field: string;
  readonly text: string;
}

export type ReadRule =
  | { readonly kind: "rule"; readonly rule: RuleDocument }
  /** Nothing here acts on it. */
  | { readonly kind: "kept"; readonly name: string; readonly content: PublishedDocument };

export function ruleOfDocument(document: unknown): Result<ReadRule, DocumentFault> {
  const field = (key: string): unknown => fieldIn(document, key);
  if (!isObject(document)) return err({ field: "rule", text: "is no object" });
  const name = field("name");
  if (typeof name !== "string" || name === "") return err(fault("name", "is no text"));
  const generates = field("generates");
  const resource = resources.find((each) => each === field("resource"));
  if (generates === "" || field("resource") === "energy") {
    return ok({ kind: "kept", name, content: document });
  }
  if (resource === undefined) {
    return err(fault("resource", `is none of ${[...resources, "energy"].join(", ")}`));
  }
  const isActive = field("active");
  if (typeof isActive !== "boolean") return err(fault("active", "is neither true nor false"));
  const common = { name: ownNameOf(name), resource, isActive, condition: field("rule") };
  if (generates === "events") return eventRule(document, common);
  if (generates === "requests") return requestRule(document, common);
  return err(fault("generates", "is none of events, requests and nothing"));
}

interface CommonFields {
  readonly name: string;
  readonly resource: Resource;
  readonly isActive: boolean;
  readonly condition: unknown;
}

function eventRule(
  document: PublishedDocument,
  common: CommonFields,
): Result<ReadRule, DocumentFault> {
  const scale = fieldIn(fieldIn(fieldIn(document, "action"), "events"), "scale");
  const counts = { up: fieldIn(scale, "up"), down: fieldIn(scale, "down") };
  const [direction, other] = counts.up === undefined ? upsideDown : upright;
  if (counts[direction] !== 1 || counts[other] !== undefined) {
    return err(fault("action", "makes something else than one event up or one down"));
  }
  return ok({ kind: "rule", rule: { kind: "event", ...common, direction } });
}

const upright = ["up", "down"] as const;
const upsideDown = ["down", "up"] as const;

function requestRule(
  document: PublishedDocument,
  common: CommonFields,
): Result<ReadRule, DocumentFault> {
  const direction = upright.find((each) => each === fieldIn(document, "rescale_type"));
  if (direction === undefined) return err(fault("rescale_type", "is neither up nor down"));
  const rescale = rescaleOf(document);
  if (!rescale.ok) return rescale;
  const eventsToRemove = fieldIn(document, "events_to_remove");
  if (typeof eventsToRemove !== "number") return err(fault("events_to_remove", "is no number"));
  const rule = { kind: "request", ...common, direction, rescale: rescale.value } as const;
  return ok({ kind: "rule", rule: { ...rule, eventsToRemove } });
}

function rescaleOf(document: PublishedDocument): Result<Rescale, DocumentFault> {
  const hasNewName = fieldIn(document, "rescale_policy") !== undefined;
  const field = hasNewName ? "rescale_policy" : "rescale_by";
  const policy = fieldIn(document, field);
  if (policy === "fit_to_usage") return ok({ kind: policy });
  if (policy !== "amount" && policy !== "proportional") {
    return err(fault(field, notAPolicy(policy)));
  }
  const amount = fieldIn(document, "amount");
  if (typeof amount !== "number" || !Number.isFinite(amount)) {
    return err(fault("amount", `is no number, and ${policy} needs one`));
  }
  return ok({ kind: policy, amount });
}

/** Why a policy is none of ours. */
export const notAPolicy = (policy: unknown): string =>
  policy === "modelling" || policy === "fixed-ratio"
    ? `is ${policy}, which the published framework accepts and never acts on; use amount, proportional or fit_to_usage`
    : "is none of amount, proportional and fit_to_usage";

const fault = (field: string, text: string): DocumentFault => ({ field, text });

const isObject = (value: unknown): value is PublishedDocument =>
  typeof value === "object" && value !== null && !Array.isArray(value);
