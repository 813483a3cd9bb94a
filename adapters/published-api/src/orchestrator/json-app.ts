import type { Log } from "@sc/ports";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type PeerRules, refusePeer } from "../access/refuse-peer.ts";
import { sortedJson } from "../translate/sorted-json.ts";
import { RequestRefused } from "./errors.ts";

/** An application with all its keys for a hundred resources has a few KiB. */
const bodyLimitBytes = 256 * 1024;
/** Longer than any name, so that a name too long is told as such and not as an unknown page. */
const parameterMaxLength = 4096;

export const jsonType = "application/json";

/** Without any routes: who may ask, how paths and bodies are read, and that every refusal is JSON. */
export function jsonApp(options: {
  readonly rules: PeerRules;
  readonly log: Log;
}): FastifyInstance {
  const app = Fastify({
    bodyLimit: bodyLimitBytes,
    // Lists are asked for with a slash and without, users with two: answered, not redirected, which
    // curl and old clients would not follow.
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: parameterMaxLength,
    },
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      const body = sortedJson({
        code: "SC_REQUEST_INVALID",
        message: "the path cannot be decoded",
      });
      reply.raw.writeHead(400, { "content-type": jsonType }).end(`${body}\n`);
    },
  });
  app.removeAllContentTypeParsers();
  // Most routes have no body, and clients send them one of any kind, or say there is one.
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, bytes, done) => {
    done(null, bytes);
  });
  app.addHook("onRequest", async ({ raw }) => {
    const refusal = refusePeer(raw, options.rules);
    if (refusal !== undefined) throw new RequestRefused(403, refusal.code, refusal.message);
  });
  refuseInJson(app, options.log);
  return app;
}

function refuseInJson(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error, request, reply) => {
    const told = refusalOf(error);
    if (told.code === "SC_INTERNAL") {
      const why = error instanceof Error ? error.stack : String(error);
      log.error("a published route failed", { method: request.method, error: why });
    }
    return send(reply, told);
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(app, request);
    if (methods.length === 0) {
      const message = "there is nothing under this path: it was not found";
      return send(reply, new RequestRefused(404, "SC_ROUTE_UNKNOWN", message));
    }
    reply.header("allow", methods.join(", "));
    if (request.method === "OPTIONS") return reply.code(200).send("");
    const message = `this path takes ${methods.join(", ")}`;
    return send(reply, new RequestRefused(405, "SC_METHOD_NOT_ALLOWED", message));
  });
}

const methodsAsked = ["GET", "HEAD", "PUT", "POST", "DELETE"] as const;

const methodsOf = (app: FastifyInstance, { url }: FastifyRequest): readonly string[] =>
  methodsAsked.filter((method) => app.findRoute({ method, url }) !== null);

function refusalOf(error: unknown): RequestRefused {
  if (error instanceof RequestRefused) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const message = `a body may have ${bodyLimitBytes / 1024} KiB at most`;
    return new RequestRefused(413, "SC_REQUEST_TOO_LARGE", message);
  }
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (typeof status === "number" && status >= 400 && status < 500) {
    const message = error instanceof Error ? error.message : "the request is malformed";
    return new RequestRefused(400, "SC_REQUEST_INVALID", message);
  }
  return new RequestRefused(500, "SC_INTERNAL", "a fault of ours: the log says more");
}

const send = (reply: FastifyReply, { status, code, message }: RequestRefused): FastifyReply =>
  reply
    .code(status)
    .type(jsonType)
    .send(`${sortedJson({ code, message })}\n`);
