import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Problem } from "@sc/contracts";
import { problem, problemType } from "./problems.ts";

/**
 * Answers with problem details also what Node itself refuses, before any route or handler of the framework
 * sees it: what its parser cannot read, and expectations. It would answer with a status alone.
 */
export function answerUnreadable(server: Server): void {
  const answering = new WeakSet<Duplex>();
  server.on("request", ({ socket }, response) => {
    answering.add(socket);
    response.once("close", () => answering.delete(socket));
  });
  server.on("checkExpectation", (_request, response) => {
    const told = problem("SC_REQUEST_INVALID", "no expectation is met but 100-continue");
    response.writeHead(told.status, { "content-type": problemType }).end(JSON.stringify(told));
  });
  server.on("clientError", (error, socket) => {
    // What follows a request that is being answered would end up in the middle of its answer.
    if (!socket.writable || answering.has(socket)) socket.destroy();
    else socket.end(answerWith(problemOfParser("code" in error ? error.code : undefined)));
  });
}

function problemOfParser(code: unknown): Problem {
  if (code === "HPE_HEADER_OVERFLOW") {
    return problem("SC_HEAD_TOO_LARGE", "path and headers may have 16 KiB at most");
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return problem("SC_REQUEST_INVALID", "the request did not come whole in time");
  }
  return problem("SC_REQUEST_INVALID", "this is no request of HTTP/1.1");
}

function answerWith(told: Problem): string {
  const body = JSON.stringify(told);
  const head = [
    `HTTP/1.1 ${told.status} ${told.title}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
