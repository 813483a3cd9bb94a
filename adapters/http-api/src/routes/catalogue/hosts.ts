import {
  declaredHostListSchema,
  declaredHostViewSchema,
  diskChangesSchema,
  diskDeclarationsSchema,
  hostDeclarationSchema,
  noQuerySchema,
} from "@sc/contracts";
import type { Catalogue } from "@sc/ports";
import type { App } from "../../empty-app.ts";
import { nameParameter } from "../route-parts.ts";
import {
  addCollectionRoutes,
  answered,
  changeProblems,
  declarationProblems,
} from "./catalogue-parts.ts";

const tags = ["hosts"];

/** Hosts as clients declare them, with their disks. */
export function addHostRoutes(api: App, catalogue: Catalogue): void {
  api.get(
    "/hosts",
    {
      schema: {
        operationId: "hosts",
        summary: "All declared hosts",
        tags,
        querystring: noQuerySchema,
        response: { 200: declaredHostListSchema },
      },
    },
    async () => ({ hosts: catalogue.hosts() }),
  );
  api.put(
    "/hosts/:name",
    {
      schema: {
        operationId: "declareHost",
        summary: "Declare the host whose containers are scaled here",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        body: hostDeclarationSchema,
        response: { 200: declaredHostViewSchema },
      },
      config: {
        tellsRevision: true,
        problems: [...declarationProblems, "SC_HOST_UNREACHABLE", "SC_HOST_ELSEWHERE"],
      },
    },
    async ({ params, body }, reply) =>
      answered(reply, await catalogue.declareHost(params.name, body)),
  );
  addCollectionRoutes(api, catalogue, {
    kind: "host",
    path: "/hosts",
    tag: "hosts",
    word: "Host",
    schema: declaredHostViewSchema,
    remove: (name, revision) => catalogue.removeHost(name, revision),
    removal: "Remove a host; refused while containers are subscribed there",
    removalProblems: ["SC_HOST_IN_USE"],
  });
  addDiskRoutes(api, catalogue);
}

function addDiskRoutes(api: App, catalogue: Catalogue): void {
  const common = {
    tags,
    params: nameParameter,
    querystring: noQuerySchema,
    response: { 200: declaredHostViewSchema },
  };
  const config = {
    tellsRevision: true,
    problems: [
      ...changeProblems,
      "SC_VALUE_OUT_OF_RANGE" as const,
      "SC_STORE_STALE_REVISION" as const,
    ],
  };
  api.put(
    "/hosts/:name/disks",
    {
      schema: {
        operationId: "addDisks",
        summary: "Add disks; those that are known stay as they are",
        body: diskDeclarationsSchema,
        ...common,
      },
      config,
    },
    async ({ params, body }, reply) =>
      answered(reply, await catalogue.addDisks(params.name, body.disks)),
  );
  api.patch(
    "/hosts/:name/disks",
    {
      schema: {
        operationId: "changeDisks",
        summary: "Change how fast known disks are; what is free follows",
        body: diskChangesSchema,
        ...common,
      },
      config,
    },
    async ({ params, body }, reply) =>
      answered(reply, await catalogue.changeDisks(params.name, body.disks)),
  );
}
