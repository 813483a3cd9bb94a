import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { ApiError, ServerUnreachable } from "./errors.ts";

/** Where the server is, and how to show who asks. */
export type Target =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "url"; readonly url: URL; readonly token: string | undefined };

export interface Question {
  readonly method: "GET" | "PUT" | "POST";
  /** Below `/api/v1`, encoded. */
  readonly path: string;
  readonly body?: unknown;
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
  throw new ApiError(problemIn(answer) ?? { ...notOurs, status });
}

const notOurs = {
  code: "SC_ANSWER_MALFORMED",
  detail: "the answer is none of ours: another program may be listening there",
};

function ask(target: Target, { method, path, body }: Question, timeoutMs: number): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const unreachable = (error: Error): ServerUnreachable =>
    new ServerUnreachable({ address: addressOf(target), why: describe(error) }, { cause: error });
  const signal = AbortSignal.timeout(timeoutMs);
  const options: RequestOptions = {
    ...connection(target),
    method,
    path: `/api/v1${path}`,
    agent: false,
    signal,
  };
  const outgoing = request(options, (incoming) => {
    incoming.on("error", (error) => reject(unreachable(error)));
    readText(incoming, (received) => resolve({ status: incoming.statusCode ?? 0, text: received }));
  });
  if (target.kind === "url" && target.token !== undefined) {
    outgoing.setHeader("authorization", `Bearer ${target.token}`);
  }
  if (text !== undefined) {
    outgoing.setHeader("content-type", "application/json");
    outgoing.setHeader("content-length", Buffer.byteLength(text));
  }
  outgoing.on("error", (error) =>
    reject(
      unreachable(signal.aborted ? new Error(`it gave no answer in ${timeoutMs / 1000} s`) : error),
    ),
  );
  outgoing.end(text);
  return promise;
}

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
  return { code, status, detail, ...(typeof field === "string" && { field }) };
}
