import {
  containerDeclarationSchema,
  noQuerySchema,
  subscriptionListSchema,
  subscriptionViewSchema,
} from "@sc/contracts";
import type { Catalogue } from "@sc/ports";
import type { App } from "../../empty-app.ts";
import { nameParameter } from "../route-parts.ts";
import { addCollectionRoutes, answered, declarationProblems } from "./catalogue-parts.ts";

const tags = ["subscriptions"];

/** Containers that a client subscribed, beside those that are only found. */
export function addSubscriptionRoutes(api: App, catalogue: Catalogue): void {
  api.get(
    "/subscriptions",
    {
      schema: {
        operationId: "subscriptions",
        summary: "All subscribed containers",
        tags,
        querystring: noQuerySchema,
        response: { 200: subscriptionListSchema },
      },
    },
    async () => ({ subscriptions: catalogue.containers() }),
  );
  api.put(
    "/subscriptions/:name",
    {
      schema: {
        operationId: "subscribe",
        summary: "Subscribe a container that runs: limits and settings together, or nothing",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        body: containerDeclarationSchema,
        response: { 200: subscriptionViewSchema },
      },
      config: {
        tellsRevision: true,
        problems: [...declarationProblems, "SC_STRUCTURE_UNKNOWN", "SC_CONTAINER_NOT_REPORTED"],
      },
    },
    async ({ params, body }, reply) =>
      answered(reply, await catalogue.subscribe(params.name, body)),
  );
  addCollectionRoutes(api, catalogue, {
    kind: "container",
    path: "/subscriptions",
    tag: "subscriptions",
    word: "Subscription",
    schema: subscriptionViewSchema,
    remove: (name, revision) => catalogue.desubscribe(name, revision),
    removal: "Desubscribe a container: its first limits are put back, its settings go",
  });
}
