import { readFileSync } from "node:fs";
import { anyText, anyValue, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { catalogueBodies } from "./catalogue-bodies.ts";
import { type Schema, valuesOf } from "./schema-values.ts";

/** A request as bytes, so that it may be wrong in any place. */
export interface GeneratedRequest {
  readonly over: "socket" | "tcp" | "tcp-with-token";
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The connection is cut after so many bytes. */
  readonly cutAfter: number | null;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
}

interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What the server serves as `openapi.json`; a test keeps the two equal. */
const description: ApiDescription = JSON.parse(
  readFileSync(new URL("../../../../docs/reference/openapi.json", import.meta.url), "utf8"),
);
const { schemas } = description.components;

/** Names that are there: without them every other request would end at an unknown name. */
const known: readonly (readonly [path: string, names: readonly string[]])[] = [
  ["/hosts/", ["host0"]],
  ["/subscriptions/", ["web"]],
  ["/applications/", ["app1"]],
  ["/users/", ["user0"]],
  ["/structures/", ["web", "db"]],
  ["/settings/", ["guardian", "scaler", "node-agent", "structure-snapshoter"]],
  ["/rules/", ["cpu_exceeded_upper", "cpu_rescale_up", "mem_dropped_lower", "mine", "yours"]],
];
const segmentOf = (path: string): fc.Arbitrary<string> => {
  const names = known.flatMap(([part, each]) => (path.includes(part) ? each : []));
  const odd = ["%00", "%", "%zz", "%ff", "..", ".", "", "%2e%2e", "a%2fb", "gone", "guardian"];
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...names, "web") },
    { weight: 1, arbitrary: anyText.map((text) => encodeURIComponent(text.toWellFormed())) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
};
export const methods = [
  "GET",
  "PUT",
  "POST",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "get",
];

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
const pairOf = (name: string, schema: Schema): fc.Arbitrary<string> =>
  fc
    .oneof(
      valuesOf(schema, schemas).map(String),
      anyText,
      fc.constantFrom("web", "-1h", "7d", "10", "tried"),
    )
    .map((value) => `${name}=${encoded(value)}`);
const strayPair = fc.oneof(
  fc.tuple(anyText, anyText).map((pair) => pair.map(encoded).join("=")),
  fc.constantFrom("x", "=", "&&", "%", "%zz=%zz", "limit[]=1", "limit=1&limit=2", "structure=%00"),
);

function targetOf(path: string, { parameters = [] }: Operation): fc.Arbitrary<string> {
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const pairs = fc.oneof(
    ...inQuery.map(({ name, schema }) => pairOf(name, schema)),
    ...inQuery.map(({ name, schema }) => pairOf(name, schema)),
    strayPair,
  );
  const query = fc.oneof(
    { weight: 9, arbitrary: fc.constant("") },
    {
      weight: inQuery.length > 0 ? 25 : 1,
      arbitrary: fc.array(pairs, { maxLength: 4 }).map((all) => `?${all.join("&")}`),
    },
  );
  // Who is in it: a container in an application, an application of a user.
  const member = path.includes("/users/") ? "app1" : "web";
  const spelled = segmentOf(path).map((name) =>
    path.replace("{member}", member).replace(/\{\w+\}/, () => name),
  );
  const ends = fc.oneof(
    { weight: 15, arbitrary: fc.constant("") },
    { weight: 1, arbitrary: fc.constantFrom("/", "//", ";x", "#x") },
  );
  return fc.tuple(spelled, ends, query).map((parts) => parts.join(""));
}

/** As the schema wants it, the same with a value in it that is another, JSON of anything, or no JSON. */
function bodyOf({ operationId, requestBody }: Operation): fc.Arbitrary<string> {
  const schema = requestBody?.content["application/json"]?.schema;
  const fitting = schema === undefined ? fc.constant({}) : valuesOf(schema, schemas);
  const known = catalogueBodies[operationId];
  const good =
    known === undefined
      ? fitting
      : fc.oneof({ weight: 8, arbitrary: known }, { weight: 1, arbitrary: fitting });
  const text = good.map((value) => JSON.stringify(value) ?? "");
  const other = fc
    .tuple(good, fc.dictionary(anyText, anyValue, { maxKeys: 2 }), fc.nat(), anyValue)
    .map(
      ([value, more, place, instead]) =>
        JSON.stringify(changed({ value, more, place, instead })) ?? "",
    );
  const large = fc
    .tuple(fc.constantFrom("[", '{"a":', '"x', " ", "[1,"), fc.integer({ min: 1, max: 40_000 }))
    .map(([piece, count]) => piece.repeat(count));
  return fc.oneof(
    { weight: schema === undefined ? 1 : 8, arbitrary: text },
    { weight: 3, arbitrary: other },
    { weight: 1, arbitrary: spoiled(text) },
    { weight: 1, arbitrary: fc.oneof(fc.json(), anyText, large) },
    { weight: schema === undefined ? 25 : 1, arbitrary: fc.constant("") },
  );
}

/** One of its keys has another value, or none. */
export function changed(change: {
  readonly value: unknown;
  readonly more: Readonly<Record<string, unknown>>;
  readonly place: number;
  readonly instead: unknown;
}): unknown {
  const { value, more, place, instead } = change;
  if (typeof value !== "object" || value === null) return instead;
  const entries = Object.entries(value);
  const at = place % (entries.length + 1);
  const kept = entries.map(([key, one], index) => [key, index === at ? instead : one]);
  return { ...Object.fromEntries(place % 3 === 0 ? kept : entries), ...more };
}

const printable = fc.string({ maxLength: 30 });
const strayHeader = fc.oneof(
  fc.constantFrom<readonly [string, string]>(
    ["content-encoding", "gzip"],
    ["content-encoding", "nonsense"],
    ["transfer-encoding", "chunked"],
    ["transfer-encoding", "gzip, chunked"],
    ["content-length", "5"],
    ["content-length", "-1"],
    ["content-length", "99999999999999999999"],
    ["expect", "100-continue"],
    ["expect", "nonsense"],
    ["upgrade", "websocket"],
    ["upgrade", "h2c"],
    ["accept", "text/html"],
    ["accept-encoding", "gzip;q=nonsense"],
    ["range", "bytes=0-1"],
    ["origin", "http://evil.example"],
    ["authorization", "Bearer x"],
    ["cookie", "x".repeat(9000)],
    ["x", "y".repeat(20_000)],
    ["last-event-id", "3"],
  ),
  fc.tuple(fc.constantFrom("if-match", "last-event-id", "content-type", "host", "x"), printable),
);
const contentType = fc.oneof(
  { weight: 12, arbitrary: fc.constant("application/json") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "application/json; charset=utf-16",
      "application/json;",
      "application/JSON",
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/merge-patch+json",
      "nonsense",
      "",
    ),
  },
);
const revision = fc.oneof(
  { weight: 7, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('"0"', '"1"', '"3"', "*", '"x"') },
);

const operations = Object.entries(description.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ path, method, operation })),
);

/** Each with the paths that are its own. */
export const describedOperations = operations.map(({ path, method, operation }) => ({
  operationId: operation.operationId,
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]*")}$`),
}));

/** Requests of every operation the API describes, right and wrong in every part. */
export const generatedRequests: fc.Arbitrary<GeneratedRequest> = fc.oneof(
  ...operations.map(({ path, method, operation }) => ({
    // Most of what is there stays, or all that follows would end at an unknown name.
    weight: method === "delete" && !path.includes("{member}") ? 1 : 3,
    arbitrary: fc.record({
      over: fc.oneof(
        { weight: 7, arbitrary: fc.constant("socket" as const) },
        { weight: 2, arbitrary: fc.constantFrom("tcp" as const, "tcp-with-token" as const) },
      ),
      method: fc.oneof(
        { weight: 15, arbitrary: fc.constant(method.toUpperCase()) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      target: targetOf(path, operation),
      headers: headersOf(operation.requestBody !== undefined),
      body: bodyOf(operation),
      cutAfter: fc.oneof(
        { weight: 25, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.nat(300) },
      ),
    }),
  })),
);

/** JSON is said where there is some, and now and then where there is none. */
function contentTypeOr(hasBody: boolean): fc.Arbitrary<string | null> {
  return fc.oneof(
    { weight: hasBody ? 20 : 1, arbitrary: contentType },
    { weight: hasBody ? 1 : 20, arbitrary: fc.constant(null) },
  );
}

export function headersOf(hasBody: boolean): fc.Arbitrary<GeneratedRequest["headers"]> {
  const stray = fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(strayHeader, { minLength: 1, maxLength: 3 }) },
  );
  return fc
    .tuple(contentTypeOr(hasBody), revision, stray)
    .map(([type, match, more]) => [
      ...(type === null ? [] : [["content-type", type] as const]),
      ...(match === null ? [] : [["if-match", match] as const]),
      ...more,
    ]);
}
