import { Type } from "@fastify/type-provider-typebox";
import { noQuerySchema } from "@sc/contracts";
import type { App } from "../empty-app.ts";

/** The API says what it is, made when it is first asked for. */
export function addDescriptionRoute(api: App, describe: () => Promise<string>): void {
  let described: string | undefined;
  api.get(
    "/openapi.json",
    {
      schema: {
        operationId: "description",
        summary: "This description",
        tags: ["health"],
        querystring: noQuerySchema,
        response: { 200: Type.Unsafe<string>({ type: "object", additionalProperties: true }) },
      },
    },
    async (_request, reply) => {
      described ??= await describe();
      reply.type("application/json; charset=utf-8");
      return described;
    },
  );
}
