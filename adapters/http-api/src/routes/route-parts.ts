import { Type } from "@fastify/type-provider-typebox";
import { parseStructureName, type Result } from "@sc/domain";
import type { ApiProblem } from "@sc/ports";
import { RequestRefused } from "../errors.ts";
import { type ProblemCode, problem, refusal } from "../problems.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Refusals of this route alone; those of every route are known. */
    readonly problems?: readonly ProblemCode[];
    /** The body as the API's description has it, where it is checked inside. */
    readonly describedBody?: object;
    /** The answer has the revision in its header `etag`. */
    readonly tellsRevision?: boolean;
  }
}

/** Any text: whether it is a name is judged inside, with an answer that says what a name is. */
export const nameParameter = Type.Object({ name: Type.String() });

export const nameProblems = ["SC_NAME_INVALID", "SC_STRUCTURE_UNKNOWN"] as const;

/** On what a change was based, as the answer to a reading said it in `etag`. */
export const revisionHeader = Type.Object({
  "if-match": Type.Optional(
    Type.String({
      pattern: '^"\\d{1,15}"$',
      expected: 'a revision as etag says it, like "3"',
      description: "The revision the change was made from; refused when another is there now.",
    }),
  ),
});

export const revisionOf = (headers: { readonly "if-match"?: string }): number | undefined =>
  headers["if-match"] === undefined ? undefined : Number(headers["if-match"].slice(1, -1));

export const etagOf = ({ revision }: { readonly revision: number }): string => `"${revision}"`;

/** The value, or the refusal that the error handler turns into problem details. */
export function valueOrRefusal<Value>(result: Result<Value, ApiProblem>): Value {
  if (!result.ok) throw refusal(result.error);
  return result.value;
}

/**
 * A structure that is gone, or not there yet, may be asked about; what cannot be a name never was there
 * and never will be.
 */
export function checkStructureQuery(text: string | undefined): void {
  const name = text === undefined ? undefined : parseStructureName(text);
  if (name === undefined || name.ok) return;
  const { code, message } = name.error;
  throw new RequestRefused(problem(code, message, { field: "structure" }));
}
