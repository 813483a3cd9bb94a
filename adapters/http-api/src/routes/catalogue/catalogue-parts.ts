import { Type } from "@fastify/type-provider-typebox";
import { catalogueUpdateSchema, noQuerySchema, nothingSchema, removalSchema } from "@sc/contracts";
import type { Result } from "@sc/domain";
import type { ApiProblem, Catalogue, CatalogueKind, CatalogueView } from "@sc/ports";
import type { FastifyReply } from "fastify";
import type { TSchema } from "typebox";
import type { App } from "../../empty-app.ts";
import type { ProblemCode } from "../../problems.ts";
import {
  etagOf,
  nameParameter,
  revisionHeader,
  revisionOf,
  valueOrRefusal,
} from "../route-parts.ts";

/** What a name in a path, or a change of what it names, may be refused for. */
const savingProblems = ["SC_STATE_NOT_SAVED", "SC_STATE_UNREADABLE"] as const;
export const changeProblems: readonly ProblemCode[] = [
  "SC_NAME_INVALID",
  "SC_STRUCTURE_UNKNOWN",
  ...savingProblems,
];
export const declarationProblems: readonly ProblemCode[] = [
  "SC_NAME_INVALID",
  "SC_STRUCTURE_EXISTS",
  "SC_SUBSCRIPTION_REFUSED",
  "SC_VALUE_OUT_OF_RANGE",
  "SC_STORE_STALE_REVISION",
  ...savingProblems,
];

export const memberParameters = Type.Object({ name: Type.String(), member: Type.String() });

/** The view, with its revision in etag. */
export async function answered<View extends CatalogueView>(
  reply: Pick<FastifyReply, "header">,
  result: Result<View, ApiProblem>,
): Promise<View> {
  const view = valueOrRefusal(result);
  reply.header("etag", etagOf(view));
  return view;
}

/** What all four collections have alike: one is read, changed and removed in the same way. */
export interface Collection<Kind extends CatalogueKind> {
  readonly kind: Kind;
  /** `/hosts` */
  readonly path: string;
  readonly tag: string;
  /** `Host`, as operations are called. */
  readonly word: string;
  readonly schema: TSchema;
  readonly remove: (
    name: string,
    revision: number | undefined,
  ) => Promise<Result<void, ApiProblem>>;
  readonly removal: string;
  /** Refusals of a removal alone. */
  readonly removalProblems?: readonly ProblemCode[];
}

export function addCollectionRoutes<Kind extends CatalogueKind>(
  api: App,
  catalogue: Catalogue,
  { kind, path, tag, word, schema, remove, removal, removalProblems = [] }: Collection<Kind>,
): void {
  const tags = [tag];
  const place = `${path}/:name`;
  const one = Type.Unsafe<CatalogueView>(schema);
  const subject = (name: string) => ({ name, kinds: [kind] });
  const common = { tags, params: nameParameter, querystring: noQuerySchema };
  api.get(
    place,
    {
      schema: {
        operationId: `get${word}`,
        summary: `One ${kind}, with its revision in etag`,
        ...common,
        response: { 200: one },
      },
      config: { problems: ["SC_NAME_INVALID", "SC_STRUCTURE_UNKNOWN"], tellsRevision: true },
    },
    async ({ params }, reply) => answered(reply, catalogue.find(subject(params.name))),
  );
  api.patch(
    place,
    {
      schema: {
        operationId: `update${word}`,
        summary: `Change what is named of one ${kind}, all of it or nothing`,
        ...common,
        headers: revisionHeader,
        body: catalogueUpdateSchema,
        response: { 200: one },
      },
      config: {
        tellsRevision: true,
        problems: [
          ...changeProblems,
          "SC_RESOURCE_MISSING",
          "SC_VALUE_OUT_OF_RANGE",
          "SC_STORE_STALE_REVISION",
        ],
      },
    },
    async ({ params, headers, body }, reply) =>
      answered(reply, await catalogue.update(subject(params.name), body, revisionOf(headers))),
  );
  api.delete(
    place,
    {
      schema: {
        operationId: `remove${word}`,
        summary: removal,
        ...common,
        headers: revisionHeader,
        body: nothingSchema,
        response: { 200: removalSchema },
      },
      config: { problems: [...changeProblems, "SC_STORE_STALE_REVISION", ...removalProblems] },
    },
    async ({ params, headers }) => {
      valueOrRefusal(await remove(params.name, revisionOf(headers)));
      return { name: params.name };
    },
  );
}
