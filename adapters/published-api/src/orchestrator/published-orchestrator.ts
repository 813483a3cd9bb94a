import type { RequestListener } from "node:http";
import type { Log } from "@sc/ports";
import type { FastifyInstance } from "fastify";
import type { PeerRules } from "../access/refuse-peer.ts";
import type { PublishedFaces } from "./faces.ts";
import { jsonApp, jsonType } from "./json-app.ts";
import type { PublishedRoute } from "./published-route.ts";
import { readBody } from "./read-body.ts";
import { publishedRoutes } from "./routes.ts";

export interface PublishedOrchestratorOptions {
  readonly faces: PublishedFaces;
  readonly rules: PeerRules;
  readonly log: Log;
}

export interface PublishedOrchestrator {
  /** Whether the path is below one of its routes. */
  takes(path: string): boolean;
  readonly handle: RequestListener;
  close(): Promise<void>;
}

/** The routes of the published Orchestrator, listening nowhere yet. */
export async function publishedOrchestrator(
  options: PublishedOrchestratorOptions,
): Promise<PublishedOrchestrator> {
  const app = jsonApp(options);
  for (const route of publishedRoutes) serve(app, route, options.faces);
  await app.ready();
  return { takes: isPublishedPath, handle: app.routing, close: () => app.close() };
}

const firstSegments = new Set(publishedRoutes.map(({ path }) => path.split("/")[1]));

const isPublishedPath = (path: string): boolean =>
  firstSegments.has(path.split("/").find((segment) => segment !== ""));

/** `<name>` is `:name` to the framework, and not a slash is part of it. */
const patternOf = ({ path }: PublishedRoute): string => path.replace(/<(\w+)>/g, ":$1");

function serve(app: FastifyInstance, route: PublishedRoute, faces: PublishedFaces): void {
  app.route<{ Params: Record<string, string> }>({
    method: route.method,
    url: patternOf(route),
    handler: async ({ params, body, headers }, reply) => {
      const parsed = route.hasBody === true ? readBody(headers["content-type"], body) : undefined;
      const answer = await route.answer({ parameters: params, body: parsed }, faces);
      // As bytes: to a text the framework would add a charset, which the original does not name.
      return reply.header("content-type", jsonType).send(bytesOf(answer));
    },
  });
}

const bytesOf = (answer: string | Buffer): Buffer =>
  typeof answer === "string" ? Buffer.from(answer) : answer;
