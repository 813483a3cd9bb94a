import { type Static, Type } from "typebox";

/** How the API says no: problem details of RFC 9457 with a public code. */
export const problemSchema = Type.Object({
  type: Type.Literal("about:blank"),
  /** `docs/reference/errors.md` explains each. */
  code: Type.String({ pattern: "^SC_[A-Z_]+$" }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  /** The one field of the request that is at fault. */
  field: Type.Optional(Type.String()),
  /** Every fault, when there may be several. */
  errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), detail: Type.String() }))),
});
export type Problem = Static<typeof problemSchema>;
