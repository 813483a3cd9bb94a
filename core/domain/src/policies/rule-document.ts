import type { Resource } from "../structure/resource.ts";
import type { EventRule, RequestRule } from "./rules.ts";

/** A rule of `serverless-rules` as people see and change it. */
export type RuleDocument = {
  readonly resource: Resource;
  /** A rule that is not active is kept and never fires. */
  readonly isActive: boolean;
} & (({ readonly kind: "event" } & EventRule) | ({ readonly kind: "request" } & RequestRule));
