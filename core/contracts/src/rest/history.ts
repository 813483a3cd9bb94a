import { type Static, Type } from "typebox";
import { list, numberOrNull, reasonSchema, resourceSchema, stamp, whenKnown } from "./values.ts";

export const eventSchema = Type.Object({
  structure: Type.String(),
  resource: resourceSchema,
  direction: Type.Enum(["up", "down"]),
  rule: Type.String(),
  used: Type.Number(),
  threshold: Type.Number(),
  stamp,
});
export type Event = Static<typeof eventSchema>;

export const requestSchema = Type.Object({
  structure: Type.String(),
  resource: resourceSchema,
  amount: Type.Number(),
  from: Type.Number(),
  policy: Type.String(),
  isRecommendation: Type.Boolean(),
  reason: reasonSchema,
  held: whenKnown(reasonSchema),
  stamp,
});
export type Request = Static<typeof requestSchema>;

export const changeSchema = Type.Object({
  structure: Type.String(),
  resource: resourceSchema,
  outcome: Type.Enum(["applied", "refused", "noticed"]),
  old: whenKnown(numberOrNull),
  new: whenKnown(numberOrNull),
  author: Type.String(),
  reason: reasonSchema,
  detail: whenKnown(reasonSchema),
  stamp,
});
export type Change = Static<typeof changeSchema>;

export const eventListSchema = Type.Object({ events: list(eventSchema) });
export const requestListSchema = Type.Object({ requests: list(requestSchema) });
export const changeListSchema = Type.Object({ changes: list(changeSchema) });

export const historyLimitMax = 10_000;

export const timePattern = "^(\\d{1,11}(\\.\\d{1,9})?|-\\d{1,8}[smhd])$";
export const timeText =
  "Unix seconds, or seconds, minutes, hours or days before now like -90s, -15m, -1h, -7d";

/** Text, because that is what a query string holds. */
const time = Type.String({ pattern: timePattern, expected: timeText });
const from = Type.Optional(time);
const to = Type.Optional(time);

export const historyQuerySchema = Type.Object(
  {
    structure: Type.Optional(Type.String()),
    limit: Type.Optional(
      Type.String({
        pattern: "^([1-9]\\d{0,3}|10000)$",
        expected: `a whole number from 1 to ${historyLimitMax}`,
      }),
    ),
    from,
    to,
  },
  { additionalProperties: false },
);

export const usageHistoryQuerySchema = Type.Object(
  {
    from,
    to,
    step: Type.Optional(
      Type.String({
        pattern: "^[1-9]\\d{0,8}$",
        expected: "a whole number of seconds from 1",
      }),
    ),
  },
  { additionalProperties: false },
);
