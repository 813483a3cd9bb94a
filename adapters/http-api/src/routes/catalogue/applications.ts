import {
  applicationDeclarationSchema,
  applicationListSchema,
  applicationViewSchema,
  noQuerySchema,
} from "@sc/contracts";
import type { Catalogue } from "@sc/ports";
import type { App } from "../../empty-app.ts";
import { nameParameter } from "../route-parts.ts";
import { addCollectionRoutes, answered, declarationProblems } from "./catalogue-parts.ts";
import { addMemberRoutes } from "./members.ts";

const tags = ["applications"];

/** Containers that do one thing together, with limits for their sum. */
export function addApplicationRoutes(api: App, catalogue: Catalogue): void {
  api.get(
    "/applications",
    {
      schema: {
        operationId: "applications",
        summary: "All applications",
        tags,
        querystring: noQuerySchema,
        response: { 200: applicationListSchema },
      },
    },
    async () => ({ applications: catalogue.applications() }),
  );
  api.put(
    "/applications/:name",
    {
      schema: {
        operationId: "declareApplication",
        summary: "Declare an application, without members",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        body: applicationDeclarationSchema,
        response: { 200: applicationViewSchema },
      },
      config: { tellsRevision: true, problems: declarationProblems },
    },
    async ({ params, body }, reply) =>
      answered(reply, await catalogue.declareApplication(params.name, body)),
  );
  addCollectionRoutes(api, catalogue, {
    kind: "application",
    path: "/applications",
    tag: "applications",
    word: "Application",
    schema: applicationViewSchema,
    remove: (name, revision) => catalogue.removeApplication(name, revision),
    removal: "Remove an application; its members stay",
  });
  addMemberRoutes(api, {
    path: "/applications/:name/containers/:member",
    tag: "applications",
    word: "Container",
    schema: applicationViewSchema,
    attach: (application, container) => catalogue.attachContainer({ container, application }),
    detach: (application, container) => catalogue.detachContainer({ container, application }),
  });
}
