import { connect } from "node:net";
import type { GeneratedRequest } from "./generated-requests.ts";

export interface RawAnswer {
  /** `undefined` = the connection ended without an answer. */
  readonly status: number | undefined;
  readonly type: string;
  readonly body: string;
}

export interface RequestPlaces {
  readonly socketPath: string;
  readonly port: number;
  readonly token: string;
}

/** Sends it byte for byte, and reads until the connection ends; of a stream only how it begins. */
export function sendRequest(places: RequestPlaces, request: GeneratedRequest): Promise<RawAnswer> {
  const { socketPath, port } = places;
  const { promise, resolve } = Promise.withResolvers<RawAnswer>();
  const socket =
    request.over === "socket" ? connect(socketPath) : connect({ host: "127.0.0.1", port });
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (part) => {
    received += String(part);
    if (/^content-type: text\/event-stream/im.test(received)) socket.destroy();
  });
  // A connection that is cut is an answer too.
  socket.on("error", () => {});
  socket.on("close", () => resolve(answerIn(received)));
  const bytes = bytesOf(request, places);
  if (request.cutAfter !== null) {
    socket.write(bytes.subarray(0, request.cutAfter), () => socket.destroy());
    return promise;
  }
  // Never half closed before the answer: for the server that is a client who does not want it any more.
  socket.write(bytes);
  if (mustBeAnswered(request)) return promise;
  const patience = setTimeout(() => socket.end(), patienceMs);
  return promise.finally(() => clearTimeout(patience));
}

/** How long the server may wait for more of what may not have come whole. */
const patienceMs = 300;
const framing = new Set(["content-length", "transfer-encoding", "expect", "upgrade"]);

/** The request is whole, whatever it asks for; a tunnel is not for this server, which just ends it. */
export const mustBeAnswered = ({ method, headers, cutAfter }: GeneratedRequest): boolean =>
  cutAfter === null && method !== "CONNECT" && !headers.some(([name]) => framing.has(name));

function bytesOf(request: GeneratedRequest, { port, token }: RequestPlaces): Buffer {
  const { over, method, target, headers, body } = request;
  const given = new Set(headers.map(([name]) => name));
  const content = Buffer.from(body);
  const isChunked = given.has("transfer-encoding");
  const own: (readonly [string, string])[] = [["connection", "close"]];
  if (!given.has("host")) own.push(["host", `127.0.0.1:${port}`]);
  if (over === "tcp-with-token") own.push(["authorization", `Bearer ${token}`]);
  if (!given.has("content-length") && !isChunked && content.length > 0) {
    own.push(["content-length", String(content.length)]);
  }
  const lines = [...own, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`;
  const chunk = [`${content.length.toString(16)}\r\n`, content, "\r\n0\r\n\r\n"];
  return Buffer.concat([head, ...(isChunked ? chunk : [content])].map((part) => Buffer.from(part)));
}

function answerIn(received: string): RawAnswer {
  // Asked to, the server says first that the body may come.
  const text = received.replace(/^(HTTP\/1\.1 1\d\d [^\n]*\r\n\r\n)+/, "");
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  const end = text.indexOf("\r\n\r\n");
  const [head, body] = end < 0 ? [text, ""] : [text.slice(0, end), text.slice(end + 4)];
  const type = /^content-type: *(.*?)\r?$/im.exec(head)?.[1] ?? "";
  const isChunked = /^transfer-encoding: *chunked/im.test(head);
  return {
    status: status === undefined ? undefined : Number(status),
    type,
    body: Buffer.from(isChunked ? joined(body) : body, "latin1").toString(),
  };
}

/** The chunks without their lengths. */
function joined(body: string): string {
  let text = "";
  let rest = body;
  for (let length = lengthOf(rest); length > 0; length = lengthOf(rest)) {
    const begin = rest.indexOf("\r\n") + 2;
    text += rest.slice(begin, begin + length);
    rest = rest.slice(begin + length + 2);
  }
  return text;
}

const lengthOf = (chunk: string): number => Number.parseInt(chunk, 16) || 0;
