import {
  explanationSchema,
  healthSchema,
  noQuerySchema,
  structureListSchema,
  structureSchema,
} from "@sc/contracts";
import type { Orchestration } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { nameParameter, valueOrRefusal } from "./route-parts.ts";

/** What is there and what is being done with it. */
export function addStructureRoutes(api: App, orchestration: Orchestration): void {
  api.get(
    "/structures",
    { schema: { querystring: noQuerySchema, response: { 200: structureListSchema } } },
    async () => ({ structures: orchestration.listStructures() }),
  );
  api.get(
    "/structures/:name",
    {
      schema: {
        params: nameParameter,
        querystring: noQuerySchema,
        response: { 200: structureSchema },
      },
    },
    async ({ params }) => valueOrRefusal(orchestration.structure(params.name)),
  );
  api.get(
    "/structures/:name/explain",
    {
      schema: {
        params: nameParameter,
        querystring: noQuerySchema,
        response: { 200: explanationSchema },
      },
    },
    async ({ params }) => valueOrRefusal(orchestration.explain(params.name)),
  );
  api.get(
    "/health",
    { schema: { querystring: noQuerySchema, response: { 200: healthSchema } } },
    async () => orchestration.hostHealth(),
  );
}
