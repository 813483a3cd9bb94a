import { nothingSchema, problemSchema } from "@sc/contracts";
import type { FastifySchema, RouteOptions } from "fastify";
import { type ProblemCode, problem, problemType } from "../problems.ts";
import { type Described, describedSchema } from "./described-schema.ts";

const ofEveryRoute: readonly ProblemCode[] = [
  "SC_REQUEST_INVALID",
  "SC_HEAD_TOO_LARGE",
  "SC_PEER_NOT_ALLOWED",
  "SC_HOST_NOT_ALLOWED",
  "SC_ORIGIN_NOT_ALLOWED",
  "SC_TOO_MANY_REQUESTS",
  "SC_INTERNAL",
];

/** Every refusal a route may answer with. */
export function problemsOf(
  route: Pick<RouteOptions, "method" | "config" | "schema">,
): readonly ProblemCode[] {
  const takesBody = route.schema?.body !== undefined;
  return [
    ...ofEveryRoute,
    ...(route.config?.problems ?? []),
    ...(isChange(route) ? (["SC_TOKEN_NEEDED"] as const) : []),
    ...(takesBody ? (["SC_REQUEST_TOO_LARGE", "SC_MEDIA_TYPE_UNKNOWN"] as const) : []),
  ];
}

const isChange = ({ method }: Pick<RouteOptions, "method">): boolean => method !== "GET";

/** What a route says of itself, and what holds for every route. */
export function describedRoute(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const { config } = route;
  const body = bodyOf(schema, config?.describedBody);
  const { summary = "", tags = [], operationId = "" } = schema;
  const { params, querystring, headers, response } = schema;
  return {
    ...{ summary, tags, operationId },
    ...partsOf({ params, querystring, headers, body }),
    // Over the unix socket a change needs no token.
    ...(isChange(route) && { security: [{}, { token: [] }] }),
    response: {
      200: answerOf(response, config?.tellsRevision === true),
      ...refusalsOf(problemsOf(route)),
    },
  };
}

/** Where nothing has to be said, nothing is described. */
function bodyOf({ body }: FastifySchema, described: object | undefined): unknown {
  return body === nothingSchema ? undefined : (described ?? body);
}

const partsOf = (parts: Readonly<Record<string, unknown>>): Described =>
  Object.fromEntries(
    Object.entries(parts).flatMap(([key, schema]) =>
      typeof schema === "object" && schema !== null ? [[key, describedSchema(schema)]] : [],
    ),
  );

const etag = { type: "string", description: "The revision, as if-match takes it." };

function answerOf(response: unknown, tellsRevision: boolean): Described {
  const schema: unknown = new Map(Object.entries(response ?? {})).get("200");
  if (typeof schema !== "object" || schema === null) return { description: "An answer" };
  const content =
    "content" in schema
      ? schema.content
      : { "application/json": { schema: describedSchema(schema) } };
  return {
    description: "What was asked for, or what is in force now",
    ...(tellsRevision && { headers: { etag } }),
    content,
  };
}

/** One answer per status; its description names the codes it may have. */
function refusalsOf(codes: readonly ProblemCode[]): Described {
  const texts = new Map<number, string[]>();
  for (const code of codes) {
    const { status, title } = problem(code, "");
    texts.set(status, [...(texts.get(status) ?? []), `\`${code}\`: ${title}`]);
  }
  const content = { [problemType]: { schema: describedSchema(problemSchema) } };
  return Object.fromEntries(
    [...texts].map(([status, lines]) => [status, { description: lines.join("; "), content }]),
  );
}
