import { Type } from "typebox";
import { resourceSchema } from "../rest/values.ts";

/** What happened, as it is stored: what is not there is not known. */
const reason = Type.Object({ code: Type.String(), text: Type.String() });
const moment = { at: Type.Number(), stamp: Type.Number() };
const author = Type.Union([
  Type.Object({ kind: Type.Enum(["policy", "person"]), name: Type.String() }),
  Type.Object({
    kind: Type.Literal("agent"),
    name: Type.Enum(["release", "drift-repair", "recovery", "safe-limit", "memory-wait"]),
  }),
  Type.Object({ kind: Type.Literal("other-hand") }),
]);
const limit = Type.Optional(Type.Union([Type.Number(), Type.Null()]));

export const storedEventSchema = Type.Object({
  structure: Type.String(),
  resource: resourceSchema,
  direction: Type.Enum(["up", "down"]),
  rule: Type.String(),
  used: Type.Number(),
  threshold: Type.Number(),
  ...moment,
});

export const storedRequestSchema = Type.Object({
  request: Type.Object({
    structure: Type.String(),
    id: Type.String(),
    resource: resourceSchema,
    amount: Type.Number(),
    from: Type.Number(),
    priority: Type.Number(),
    isRecommendation: Type.Boolean(),
    policy: Type.String(),
    reason,
    ...moment,
  }),
  held: Type.Optional(reason),
});

export const storedChangeSchema = Type.Object({
  host: Type.String(),
  structure: Type.String(),
  id: Type.String(),
  resource: resourceSchema,
  outcome: Type.Enum(["applied", "refused", "noticed"]),
  old: limit,
  new: limit,
  author,
  reason,
  detail: Type.Optional(reason),
  sequence: Type.Optional(Type.Number()),
  ...moment,
});
