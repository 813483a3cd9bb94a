import { Type } from "@fastify/type-provider-typebox";
import type { Result } from "@sc/domain";
import type { ApiProblem } from "@sc/ports";
import { refusal } from "../problems.ts";

/** Any text: whether it is a name is judged inside, with an answer that says what a name is. */
export const nameParameter = Type.Object({ name: Type.String() });

/** The value, or the refusal that the error handler turns into problem details. */
export function valueOrRefusal<Value>(result: Result<Value, ApiProblem>): Value {
  if (!result.ok) throw refusal(result.error);
  return result.value;
}
