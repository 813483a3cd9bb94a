import { err, type Result } from "@sc/domain";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";

/** What `make` makes of a content that keeps its schema; or the field and bound it breaks. */
export function checked<Schema extends TSchema, Value_>(
  schema: Schema,
  content: unknown,
  make: (good: Static<Schema>) => Result<Value_, string>,
): Result<Value_, string> {
  if (Value.Check(schema, content)) return make(content);
  const [first] = Value.Errors(schema, content);
  return err(`${first?.instancePath || "the content"} ${first?.message ?? "is malformed"}`);
}
