import { Type } from "@fastify/type-provider-typebox";
import { noQuerySchema } from "@sc/contracts";
import type { App } from "../empty-app.ts";

const textFormat = "text/plain; version=0.0.4; charset=utf-8";

/** For Prometheus, which looks for it at the root. */
export function addMetricsRoute(app: App, metrics: () => Promise<string>): void {
  app.get(
    "/metrics",
    {
      schema: {
        operationId: "metrics",
        summary: "Everything that is measured and counted, in Prometheus' text format",
        tags: ["health"],
        querystring: noQuerySchema,
        response: { 200: { content: { [textFormat]: { schema: Type.String() } } } },
      },
    },
    async (_request, reply) => {
      reply.type(textFormat);
      return metrics();
    },
  );
}
