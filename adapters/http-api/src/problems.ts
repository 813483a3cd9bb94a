import type { Problem } from "@sc/contracts";
import type { ApiProblem } from "@sc/ports";
import type { FastifyError } from "fastify";
import { RequestRefused } from "./errors.ts";

export const problemType = "application/problem+json";

/** For browsers: what we answer is data for who asked, not a page's script, and not for a cache. */
export const headersOfEveryAnswer = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** HTTP's status and title of every code the API answers with. */
const statuses = {
  SC_STRUCTURE_UNKNOWN: [404, "Unknown structure"],
  SC_STRUCTURE_EXISTS: [409, "The name is taken"],
  SC_RESOURCE_MISSING: [400, "No such resource in the structure"],
  SC_ALREADY_SUBSCRIBED: [409, "A member of another one"],
  SC_NOT_SUBSCRIBED: [409, "Not a member"],
  SC_SUBSCRIPTION_REFUSED: [409, "The container cannot be subscribed"],
  SC_CONTAINER_NOT_REPORTED: [409, "No such container on the host"],
  SC_HOST_UNREACHABLE: [400, "The host does not answer"],
  SC_HOST_ELSEWHERE: [400, "Another host than this server's"],
  SC_HOST_IN_USE: [409, "Containers are subscribed there"],
  SC_NAME_INVALID: [400, "Not a name of a structure"],
  SC_VALUE_OUT_OF_RANGE: [400, "Value out of range"],
  SC_STATE_NOT_SAVED: [503, "The settings could not be saved"],
  SC_STATE_UNREADABLE: [503, "The settings are not known"],
  SC_STORE_STALE_REVISION: [409, "Changed meanwhile"],
  SC_RULE_UNKNOWN: [404, "Unknown rule"],
  SC_RULE_INVALID: [400, "Not a rule"],
  SC_POLICY_UNKNOWN: [400, "Unknown policy"],
  SC_SERVICE_UNKNOWN: [404, "Unknown service"],
  SC_HISTORY_UNAVAILABLE: [503, "The history cannot be read"],
  SC_HISTORY_BUSY: [503, "The history has enough to answer"],
  SC_EXPERIMENT_UNKNOWN: [404, "Unknown experiment or test"],
  SC_EXPERIMENT_NOT_TIMED: [409, "The experiment has no time"],
  SC_REPLAY_NO_DATA: [404, "Too little is known of that time"],
  SC_REPLAY_UNSUPPORTED: [400, "Not a policy that can be replayed"],
  SC_REPLAY_BUSY: [429, "A replay is running"],
  SC_REPLAY_TIMEOUT: [504, "The replay took too long"],
  SC_REPLAY_FAILED: [500, "The replay failed"],
  SC_IMPORT_REFUSED: [400, "Nothing was imported"],
  SC_NOT_READY: [503, "Not ready"],
  SC_STREAMS_EXHAUSTED: [503, "Too many streams"],
  SC_RELEASE_INCOMPLETE: [503, "Limits were not put back"],
  SC_REQUEST_INVALID: [400, "Malformed request"],
  SC_REQUEST_TOO_LARGE: [413, "Request too large"],
  SC_HEAD_TOO_LARGE: [431, "Path and headers too large"],
  SC_MEDIA_TYPE_UNKNOWN: [415, "Not JSON"],
  SC_ROUTE_UNKNOWN: [404, "No such resource"],
  SC_METHOD_NOT_ALLOWED: [405, "Method not allowed"],
  SC_TOKEN_NEEDED: [401, "A token is needed"],
  SC_PEER_NOT_ALLOWED: [403, "Address not allowed"],
  SC_HOST_NOT_ALLOWED: [403, "Host not allowed"],
  SC_ORIGIN_NOT_ALLOWED: [403, "Origin not allowed"],
  SC_TOO_MANY_REQUESTS: [429, "Too many requests"],
  SC_INTERNAL: [500, "Internal error"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof statuses;

/** Every code with its status, for the reference. */
export const statusOfCodes: ReadonlyMap<string, number> = new Map(
  Object.entries(statuses).map(([code, [status]]) => [code, status]),
);

export function problem(
  code: ProblemCode,
  detail: string,
  extras: Pick<Problem, "field" | "errors"> = {},
): Problem {
  const [status, title] = statuses[code];
  return { type: "about:blank", code, title, status, detail, ...extras };
}

export const refusal = ({ code, detail, field }: ApiProblem): RequestRefused =>
  new RequestRefused(problem(code, detail, field === undefined ? {} : { field }));

/** What the caller is told about an error; `undefined` for our own faults. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof RequestRefused) return error.problem;
  if (!isFrameworkError(error)) return undefined;
  if (error.validation !== undefined) return validationProblem(error, error.validation);
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return problem("SC_REQUEST_TOO_LARGE", "a body may have 64 KiB at most");
  }
  if (error.code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return problem("SC_MEDIA_TYPE_UNKNOWN", "send the body with content-type: application/json");
  }
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? problem("SC_REQUEST_INVALID", error.message) : undefined;
}

const isFrameworkError = (error: unknown): error is FastifyError =>
  error instanceof Error && "code" in error && typeof error.code === "string";

type Fault = NonNullable<FastifyError["validation"]>[number];

function validationProblem(error: FastifyError, faults: readonly Fault[]): Problem {
  const errors = faults.map((fault) => ({ field: fieldOf(fault), detail: describe(fault) }));
  const [first] = errors;
  const place = error.validationContext ?? "request";
  const detail = errors.map(({ field, detail }) => `${field || place} ${detail}`).join("; ");
  const field = first?.field ?? "";
  return problem("SC_REQUEST_INVALID", detail, { ...(field !== "" && { field }), errors });
}

/** `resources.0`; a missing or unknown key is itself the field. */
function fieldOf({ instancePath, params }: Fault): string {
  const key = params.additionalProperty ?? params.missingProperty ?? params.tag;
  const path = instancePath.split("/").slice(1);
  return [...path, ...(typeof key === "string" ? [key] : [])].join(".");
}

function describe(fault: Fault): string {
  const { keyword, params, message } = fault;
  if (keyword === "additionalProperties") return "is not known";
  if (keyword === "required") return "is missing";
  if (keyword === "enum" && Array.isArray(params.allowedValues)) {
    return `must be one of ${params.allowedValues.join(", ")}`;
  }
  if (keyword === "discriminator") return `must be one of ${alternativesOf(fault).join(", ")}`;
  const expected = fieldsOf(parentSchemaOf(fault)).get("expected");
  return typeof expected === "string" ? `must be ${expected}` : (message ?? "is malformed");
}

/** What the key that tells alternatives apart may say. */
function alternativesOf(fault: Fault): readonly string[] {
  const alternatives = fieldsOf(parentSchemaOf(fault)).get("oneOf");
  if (!Array.isArray(alternatives)) return [];
  return alternatives.map((alternative: unknown) => {
    const properties = fieldsOf(fieldsOf(alternative).get("properties"));
    return String(fieldsOf(properties.get(String(fault.params.tag))).get("const"));
  });
}

const parentSchemaOf = (fault: Fault): unknown =>
  "parentSchema" in fault ? fault.parentSchema : undefined;

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
