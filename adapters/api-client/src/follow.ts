import { type IncomingMessage, request } from "node:http";
import type { StreamMessage, StreamTopic } from "@sc/contracts";
import { ApiError, ServerUnreachable } from "./errors.ts";
import { refusalIn, requestOptions, type Target, unreachable } from "./exchange.ts";

export interface StreamQuestion {
  /** Default: everything. */
  readonly topics?: readonly StreamTopic[] | undefined;
  readonly structure?: string | undefined;
  /** Begins with what came after the message of this number, as far as it is still known. */
  readonly after?: number | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
}

/** The server says something every 15 s, if only that it is there. */
const silenceMsMax = 45_000;
/** A message of 10 000 structures is shorter. */
const unfinishedLengthMax = 64 * 1024 * 1024;

/**
 * What happens, as it happens. Ends when the server closes; a connection that breaks is thrown as
 * `ServerUnreachable`, and the number of the last message says where to begin again.
 */
export async function* follow(
  target: Target,
  question: StreamQuestion,
): AsyncGenerator<StreamMessage, void> {
  const isEnded = () => question.signal?.aborted === true;
  if (isEnded()) return;
  let incoming: IncomingMessage | undefined;
  try {
    incoming = await openStream(target, question);
    yield* messagesIn(incoming);
  } catch (error) {
    if (isEnded()) return;
    const isTold = error instanceof ApiError || error instanceof ServerUnreachable;
    if (isTold || !(error instanceof Error)) throw error;
    throw unreachable(target, error);
  } finally {
    incoming?.destroy();
  }
}

function openStream(target: Target, question: StreamQuestion): Promise<IncomingMessage> {
  const { topics, structure, after, signal } = question;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const query = new URLSearchParams();
  if (topics !== undefined) query.set("topics", topics.join(","));
  if (structure !== undefined) query.set("structure", structure);
  const path = query.size === 0 ? "/stream" : `/stream?${query.toString()}`;
  const options = {
    ...requestOptions(target, { method: "GET", path }),
    ...(signal !== undefined && { signal }),
  };
  const outgoing = request(options, (incoming) => {
    const type = incoming.headers["content-type"] ?? "";
    if (incoming.statusCode === 200 && type.startsWith("text/event-stream")) resolve(incoming);
    else void refuse(incoming).then(reject, (error) => reject(unreachable(target, error)));
  });
  if (after !== undefined) outgoing.setHeader("last-event-id", String(after));
  outgoing.setTimeout(silenceMsMax, () => {
    outgoing.destroy(new Error(`it gave no sign of life in ${silenceMsMax / 1000} s`));
  });
  outgoing.on("error", (error) => reject(unreachable(target, error)));
  outgoing.end();
  return promise;
}

async function refuse(incoming: IncomingMessage): Promise<ApiError> {
  const parts: unknown[] = [];
  for await (const part of incoming.setEncoding("utf8")) parts.push(part);
  return refusalIn({ status: incoming.statusCode ?? 0, text: parts.join("") });
}

/** Server-sent events, each of lines up to an empty one. */
async function* messagesIn(incoming: IncomingMessage): AsyncGenerator<StreamMessage, void> {
  let unfinished = "";
  for await (const part of incoming.setEncoding("utf8")) {
    const blocks = `${unfinished}${String(part)}`.split("\n\n");
    unfinished = blocks.pop() ?? "";
    if (unfinished.length > unfinishedLengthMax) throw malformed("a message has no end");
    for (const block of blocks) {
      const message = messageIn(block);
      if (message !== undefined) yield message;
    }
  }
}

/** `undefined` = a comment, by which the server says that it is there. */
function messageIn(block: string): StreamMessage | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, key, value] = /^([a-z]+): ?(.*)$/s.exec(line) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, value);
  }
  const [topic, id, data] = ["event", "id", "data"].map((key) => fields.get(key));
  if (topic === undefined || data === undefined) return undefined;
  const number = id === undefined ? undefined : Number(id);
  // As with every answer of the server, its content follows the contract it was tested against.
  return { topic, number, data: parse(data) } as StreamMessage;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw malformed("a message is no JSON", error);
  }
}

const malformed = (detail: string, cause?: unknown): ApiError => {
  const error = new ApiError({ code: "SC_ANSWER_MALFORMED", status: 200, detail });
  error.cause = cause;
  return error;
};
