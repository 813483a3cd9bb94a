import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { ApiError, ServerUnreachable } from "./errors.ts";

/** Where the server is, and how to show who asks. */
export type Target =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "url"; readonly url: URL; readonly token: string | undefined };

export interface Question {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Below `/api/v1`, encoded. */
  readonly path: string;
  readonly body?: unknown;
  /** The revision a change was made from; when another is there now, nothing is changed. */
  readonly revision?: number | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks once and answers with the JSON that came back. */
export async function exchange(
  target: Target,
  question: Question,
  timeoutMs: number,
): Promise<unknown> {
  const { status, text } = await ask(target, question, timeoutMs);
  const answer = parseJson(text);
  if (status >= 200 && status < 300 && answer !== undefined) return answer;
  throw refusalIn({ status, text });
}

const notOurs = {
  code: "SC_ANSWER_MALFORMED",
  detail: "the answer is none of ours: another program may be listening there",
};

function ask(target: Target, question: Question, timeoutMs: number): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const signal = AbortSignal.timeout(timeoutMs);
  const outgoing = request({ ...requestOptions(target, question), signal }, (incoming) => {
    incoming.on("error", (error) => reject(unreachable(target, error)));
    readText(incoming, (received) => resolve({ status: incoming.statusCode ?? 0, text: received }));
  });
  outgoing.on("error", (error) => {
    const silence = new Error(`it gave no answer in ${timeoutMs / 1000} s`);
    reject(unreachable(target, signal.aborted ? silence : error));
  });
  outgoing.end(bodyOf(question));
  return promise;
}

/** Everything of a request but its body. */
export function requestOptions(target: Target, question: Question): RequestOptions {
  const text = bodyOf(question);
  const token = target.kind === "url" ? target.token : undefined;
  return {
    ...connection(target),
    method: question.method,
    path: `/api/v1${question.path}`,
    agent: false,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(question.revision !== undefined && { "if-match": `"${question.revision}"` }),
      ...(text !== undefined && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      }),
    },
  };
}

const bodyOf = ({ body }: Question): string | undefined =>
  body === undefined ? undefined : JSON.stringify(body);

export const unreachable = (target: Target, error: Error): ServerUnreachable =>
  new ServerUnreachable({ address: addressOf(target), why: describe(error) }, { cause: error });

/** What is thrown for an answer that is no success, or none of ours. */
export const refusalIn = ({ status, text }: Answer): ApiError =>
  new ApiError(problemIn(parseJson(text)) ?? { ...notOurs, status });

function connection(target: Target): RequestOptions {
  if (target.kind === "socket") return { socketPath: target.path };
  const host = target.url.hostname.replace(/^\[|\]$/g, "");
  return { host, port: target.url.port === "" ? 80 : Number(target.url.port) };
}

const addressOf = (target: Target): string =>
  target.kind === "socket" ? target.path : target.url.origin;

function readText(incoming: IncomingMessage, done: (text: string) => void): void {
  const parts: Buffer[] = [];
  incoming.on("data", (part: Buffer) => parts.push(part));
  incoming.on("end", () => done(Buffer.concat(parts).toString("utf8")));
}

function describe(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "the socket is not there";
  if (code === "ECONNREFUSED") return "the server is not running";
  if (code === "EACCES") return "only root and the socket's group may use it";
  return error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told by the caller, together with the status.
    return undefined;
  }
}

function problemIn(answer: unknown): ConstructorParameters<typeof ApiError>[0] | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(answer));
  const [code, status, detail] = ["code", "status", "detail"].map((key) => fields.get(key));
  if (typeof code !== "string" || typeof status !== "number" || typeof detail !== "string") {
    return undefined;
  }
  const field = fields.get("field");
  const errors = errorsIn(fields.get("errors"));
  return { code, status, detail, errors, ...(typeof field === "string" && { field }) };
}

function errorsIn(value: unknown): ApiError["errors"] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((each) => {
    const { field, detail } = new Object(each) as { field?: unknown; detail?: unknown };
    return typeof field === "string" && typeof detail === "string" ? [{ field, detail }] : [];
  });
}
