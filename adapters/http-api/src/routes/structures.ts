import {
  explanationSchema,
  noQuerySchema,
  policyListSchema,
  structureListSchema,
  structureSchema,
} from "@sc/contracts";
import type { Orchestration } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { nameParameter, nameProblems, valueOrRefusal } from "./route-parts.ts";

const tags = ["structures"];

/** What is there and what is being done with it. */
export function addStructureRoutes(api: App, orchestration: Orchestration): void {
  const config = { problems: nameProblems };
  api.get(
    "/structures",
    {
      schema: {
        operationId: "structures",
        summary: "All structures, with limits, usage and what is being done with them",
        tags,
        querystring: noQuerySchema,
        response: { 200: structureListSchema },
      },
    },
    async () => ({ structures: orchestration.listStructures() }),
  );
  api.get(
    "/structures/:name",
    {
      schema: {
        operationId: "structure",
        summary: "One structure",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        response: { 200: structureSchema },
      },
      config,
    },
    async ({ params }) => valueOrRefusal(orchestration.structure(params.name)),
  );
  api.get(
    "/structures/:name/explain",
    {
      schema: {
        operationId: "explain",
        summary: "What is being done with a structure and why",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        response: { 200: explanationSchema },
      },
      config,
    },
    async ({ params }) => valueOrRefusal(orchestration.explain(params.name)),
  );
  api.get(
    "/policies",
    {
      schema: {
        operationId: "policies",
        summary: "The policies that can be chosen to decide, by resource",
        tags,
        querystring: noQuerySchema,
        response: { 200: policyListSchema },
      },
    },
    async () => ({ policies: orchestration.policies() }),
  );
}
