import type { Experiments, Log } from "@sc/ports";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { Refused, refusalBody } from "./errors.ts";
import { addRoutes } from "./routes.ts";

export interface TimestampsAppOptions {
  readonly experiments: Experiments;
  /** Whether who has this address may ask. */
  readonly mayAsk: (address: string) => boolean;
  readonly log: Log;
}

const bodyBytesMost = 64 * 1024;
/** For the viewer, which is a page of another place: the published server lets every page ask. */
const forPages = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "Content-Type, If-Match",
  "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
  "access-control-expose-headers": "ETag",
  "access-control-max-age": "600",
};

/** The interface of the published timestamps server, listening nowhere yet. */
export async function timestampsApp(options: TimestampsAppOptions): Promise<FastifyInstance> {
  const { experiments, log, mayAsk } = options;
  const app = Fastify({
    bodyLimit: bodyBytesMost,
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true },
    frameworkErrors: (_error, _request, reply) => {
      reply.hijack();
      const body = refusalBody(new Refused(400, "the path cannot be decoded"));
      reply.raw.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, bytes, done) => {
    done(null, bytes);
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({ ...forPages, "x-content-type-options": "nosniff" });
    if (mayAsk(request.socket.remoteAddress ?? "")) return;
    throw new Refused(403, "timestamps.allow does not name this address");
  });
  app.setErrorHandler((error, _request, reply) => send(reply, refusedOf(error, log)));
  app.setNotFoundHandler((request, reply) => {
    if (request.method === "OPTIONS") return reply.code(200).send("");
    const isPath = (["GET", "POST", "PUT", "DELETE"] as const).some(
      (method) => app.findRoute({ method, url: request.url }) !== null,
    );
    return send(reply, isPath ? notThat : notThere);
  });
  addRoutes(app, experiments);
  await app.ready();
  return app;
}

const notThat = new Refused(405, "the method is not allowed for the requested URL");
const notThere = new Refused(404, "the requested URL was not found on the server");

const send = (reply: FastifyReply, refused: Refused): FastifyReply =>
  reply.code(refused.status).type("application/json").send(refusalBody(refused));

function refusedOf(error: unknown, log: Log): Refused {
  if (error instanceof Refused) return error;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (error instanceof Error && typeof status === "number" && status >= 400 && status < 500) {
    return new Refused(status, error.message);
  }
  log.error("a route of the timestamps failed", { error });
  return new Refused(500, "a fault of ours: the log says more");
}
