import type { RequestListener } from "node:http";
import type { Log } from "@sc/ports";
import type { FastifyInstance } from "fastify";
import type { PeerRules } from "../access/refuse-peer.ts";
import { jsonApp, jsonType } from "../orchestrator/json-app.ts";
import { readBody } from "../orchestrator/read-body.ts";
import { sortedJson } from "../translate/sorted-json.ts";
import type { RescalerFaces } from "./rescaler-faces.ts";
import { type RescalerAnswer, rescalerRoutes } from "./rescaler-routes.ts";

export interface NodeRescalerOptions {
  readonly faces: RescalerFaces;
  readonly rules: PeerRules;
  readonly log: Log;
}

export interface NodeRescaler {
  readonly handle: RequestListener;
  close(): Promise<void>;
}

/** The routes of the published node agent (NodeRescaler), listening nowhere yet. */
export async function nodeRescaler(options: NodeRescalerOptions): Promise<NodeRescaler> {
  const app = jsonApp(options);
  serveAll(app, options.faces);
  await app.ready();
  return { handle: app.routing, close: () => app.close() };
}

function serveAll(app: FastifyInstance, faces: RescalerFaces): void {
  for (const { method, path, answer } of rescalerRoutes) {
    app.route<{ Params: { readonly name?: string }; Querystring: Record<string, unknown> }>({
      method,
      url: path,
      handler: async ({ params, query, body, headers }, reply) => {
        const parsed = method === "PUT" ? readBody(headers["content-type"], body) : undefined;
        const { name = "" } = params;
        const answered: RescalerAnswer = await answer({ name, query, body: parsed }, faces);
        const { status, value } = answered;
        // As bytes: to a text the framework would add a charset, which the original does not name.
        const text = typeof value === "string" ? value : `${sortedJson(value)}\n`;
        return reply.code(status).header("content-type", jsonType).send(Buffer.from(text));
      },
    });
  }
}
