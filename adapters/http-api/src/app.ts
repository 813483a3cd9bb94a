import type { IncomingMessage } from "node:http";
import type { Problem } from "@sc/contracts";
import { invariant } from "@sc/domain";
import type { Log } from "@sc/ports";
import type { FastifyReply } from "fastify";
import { type App, emptyApp } from "./empty-app.ts";
import { RequestRefused } from "./errors.ts";
import type { EventStreams } from "./event-streams.ts";
import type { ApiFaces } from "./faces.ts";
import type { IsTrusted } from "./places.ts";
import { headersOfEveryAnswer, problem, problemOf, problemType } from "./problems.ts";
import { addRoutes } from "./routes/add-routes.ts";

export interface AppOptions {
  readonly faces: ApiFaces;
  readonly streams: EventStreams;
  readonly log: Log;
  readonly isTrusted: IsTrusted;
  /** Why a request is not answered, whatever it asks; before anything of it is looked at. */
  readonly refuse: (request: IncomingMessage) => Problem | undefined;
}

/** The whole API, listening nowhere yet. */
export function createApp(options: AppOptions): App {
  const app = emptyApp();
  const routes = recordRoutes(app);
  answerWithProblems(app, options.log, routes);
  app.addHook("onRequest", async ({ raw }, reply) => {
    reply.headers(headersOfEveryAnswer);
    const refused = options.refuse(raw);
    if (refused !== undefined) throw new RequestRefused(refused);
  });
  const { faces, streams, isTrusted } = options;
  const describe = async (): Promise<string> => {
    // Takes longer to load than all the rest, and only who asks needs it.
    const { describeApi } = await import("./openapi/describe-api.ts");
    return describeApi({ faces, streams, isTrusted });
  };
  addRoutes(app, { faces, streams, isTrusted, describe });
  return app;
}

const retryAfterSeconds: ReadonlyMap<string, number> = new Map([
  ["SC_TOO_MANY_REQUESTS", 1],
  ["SC_REPLAY_BUSY", 10],
]);

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
}

function recordRoutes(app: App): readonly Route[] {
  const routes: Route[] = [];
  app.addHook("onRoute", ({ method, url, schema }) => {
    invariant(schema !== undefined, `${url} says what it takes`);
    for (const each of [method].flat()) routes.push({ method: each, segments: url.split("/") });
  });
  return routes;
}

/** The methods a path would take; none when there is no such path. */
function methodsOf(routes: readonly Route[], url: string): readonly string[] {
  const segments = url.split("?", 1)[0]?.split("/") ?? [];
  return routes
    .filter(
      (route) =>
        route.segments.length === segments.length &&
        route.segments.every((part, index) => part.startsWith(":") || part === segments[index]),
    )
    .map(({ method }) => method);
}

function answerWithProblems(app: App, log: Log, routes: readonly Route[]): void {
  app.setErrorHandler((error, request, reply) => {
    const told = problemOf(error);
    if (told === undefined) {
      const why = error instanceof Error ? error.stack : String(error);
      log.error("a request of the API failed", { method: request.method, error: why });
    }
    return send(reply, told ?? problem("SC_INTERNAL", "a fault of ours: the log says more"));
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(routes, request.url);
    if (methods.length === 0) {
      return send(reply, problem("SC_ROUTE_UNKNOWN", "there is nothing under this path"));
    }
    const detail = `this path takes ${methods.join(", ")}`;
    reply.header("allow", methods.join(", "));
    return send(reply, problem("SC_METHOD_NOT_ALLOWED", detail));
  });
}

function send(reply: FastifyReply, told: Problem): FastifyReply {
  const seconds = retryAfterSeconds.get(told.code);
  if (seconds !== undefined) reply.header("retry-after", seconds);
  return reply.code(told.status).type(problemType).send(JSON.stringify(told));
}
