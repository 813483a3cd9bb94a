import { Type } from "@fastify/type-provider-typebox";
import { noQuerySchema, nothingSchema } from "@sc/contracts";
import type { Result } from "@sc/domain";
import type { ApiProblem, CatalogueView } from "@sc/ports";
import type { TSchema } from "typebox";
import type { App } from "../../empty-app.ts";
import { answered, changeProblems, memberParameters } from "./catalogue-parts.ts";

type Move = (name: string, member: string) => Promise<Result<CatalogueView, ApiProblem>>;

/** Who is a member of what: a container of an application, an application of a user. */
export function addMemberRoutes(
  api: App,
  group: {
    /** `/applications/:name/containers/:member` */
    readonly path: string;
    readonly tag: string;
    readonly word: string;
    readonly schema: TSchema;
    readonly attach: Move;
    readonly detach: Move;
  },
): void {
  const { path, tag, word, schema, attach, detach } = group;
  const common = {
    tags: [tag],
    params: memberParameters,
    querystring: noQuerySchema,
    body: nothingSchema,
    response: { 200: Type.Unsafe<CatalogueView>(schema) },
  };
  const problems = [...changeProblems, "SC_STORE_STALE_REVISION" as const];
  api.put(
    path,
    {
      schema: {
        operationId: `attach${word}`,
        summary: "Make it a member; it may be in one alone",
        ...common,
      },
      config: { tellsRevision: true, problems: [...problems, "SC_ALREADY_SUBSCRIBED"] },
    },
    async ({ params }, reply) => answered(reply, await attach(params.name, params.member)),
  );
  api.delete(
    path,
    {
      schema: {
        operationId: `detach${word}`,
        summary: "Make it no member any more",
        ...common,
      },
      config: { tellsRevision: true, problems: [...problems, "SC_NOT_SUBSCRIBED"] },
    },
    async ({ params }, reply) => answered(reply, await detach(params.name, params.member)),
  );
}
