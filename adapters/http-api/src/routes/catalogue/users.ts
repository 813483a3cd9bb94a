import {
  noQuerySchema,
  userDeclarationSchema,
  userListSchema,
  userViewSchema,
} from "@sc/contracts";
import type { Catalogue } from "@sc/ports";
import type { App } from "../../empty-app.ts";
import { nameParameter } from "../route-parts.ts";
import { addCollectionRoutes, answered, declarationProblems } from "./catalogue-parts.ts";
import { addMemberRoutes } from "./members.ts";

const tags = ["users"];

/** Whom applications belong to, with limits for their sum. */
export function addUserRoutes(api: App, catalogue: Catalogue): void {
  api.get(
    "/users",
    {
      schema: {
        operationId: "users",
        summary: "All users",
        tags,
        querystring: noQuerySchema,
        response: { 200: userListSchema },
      },
    },
    async () => ({ users: catalogue.users() }),
  );
  api.put(
    "/users/:name",
    {
      schema: {
        operationId: "declareUser",
        summary: "Declare a user, without members",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        body: userDeclarationSchema,
        response: { 200: userViewSchema },
      },
      config: { tellsRevision: true, problems: declarationProblems },
    },
    async ({ params, body }, reply) =>
      answered(reply, await catalogue.declareUser(params.name, body)),
  );
  addCollectionRoutes(api, catalogue, {
    kind: "user",
    path: "/users",
    tag: "users",
    word: "User",
    schema: userViewSchema,
    remove: (name, revision) => catalogue.removeUser(name, revision),
    removal: "Remove a user; its members stay",
  });
  addMemberRoutes(api, {
    path: "/users/:name/applications/:member",
    tag: "users",
    word: "Application",
    schema: userViewSchema,
    attach: (user, application) => catalogue.attachApplication({ application, user }),
    detach: (user, application) => catalogue.detachApplication({ application, user }),
  });
}
