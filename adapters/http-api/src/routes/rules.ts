import {
  noQuerySchema,
  nothingSchema,
  ruleDocumentSchema,
  ruleListSchema,
  ruleRemovalSchema,
  ruleSchema,
} from "@sc/contracts";
import type { LiveDocuments } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import { problem } from "../problems.ts";
import {
  etagOf,
  nameParameter,
  revisionHeader,
  revisionOf,
  valueOrRefusal,
} from "./route-parts.ts";

const tags = ["rules"];

/** The rules of `serverless-rules`, changed while they are in force. */
export function addRuleRoutes(api: App, documents: LiveDocuments): void {
  addReadingRoutes(api, documents);
  addChangingRoutes(api, documents);
}

function addReadingRoutes(api: App, documents: LiveDocuments): void {
  api.get(
    "/rules",
    {
      schema: {
        operationId: "rules",
        summary: "All rules, as they are in force",
        tags,
        querystring: noQuerySchema,
        response: { 200: ruleListSchema },
      },
    },
    async () => ({ rules: documents.rules() }),
  );
  api.get(
    "/rules/:name",
    {
      schema: {
        operationId: "rule",
        summary: "One rule, with its revision in etag",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        response: { 200: ruleSchema },
      },
      config: { problems: ["SC_RULE_UNKNOWN"], tellsRevision: true },
    },
    async ({ params }, reply) => {
      const rule = valueOrRefusal(documents.rule(params.name));
      reply.header("etag", etagOf(rule));
      return rule;
    },
  );
}

function addChangingRoutes(api: App, documents: LiveDocuments): void {
  api.put(
    "/rules/:name",
    {
      schema: {
        operationId: "putRule",
        summary: "Make a rule, or change one; in force from the next tick",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        headers: revisionHeader,
        body: ruleDocumentSchema,
        response: { 200: ruleSchema },
      },
      config: {
        tellsRevision: true,
        problems: [
          "SC_RULE_INVALID",
          "SC_STORE_STALE_REVISION",
          "SC_STATE_NOT_SAVED",
          "SC_STATE_UNREADABLE",
        ],
      },
    },
    async ({ params, headers, body }, reply) => {
      const document = named(body, params.name);
      const put = await documents.putRule(params.name, document, revisionOf(headers));
      const rule = valueOrRefusal(put);
      reply.header("etag", etagOf(rule));
      return rule;
    },
  );
  api.delete(
    "/rules/:name",
    {
      schema: {
        operationId: "removeRule",
        summary: "Remove a rule people made, or put one of ours back to its preset",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        headers: revisionHeader,
        body: nothingSchema,
        response: { 200: ruleRemovalSchema },
      },
      config: {
        tellsRevision: true,
        problems: [
          "SC_RULE_UNKNOWN",
          "SC_RULE_INVALID",
          "SC_STORE_STALE_REVISION",
          "SC_STATE_NOT_SAVED",
          "SC_STATE_UNREADABLE",
        ],
      },
    },
    async ({ params, headers }, reply) => {
      const rule = valueOrRefusal(await documents.removeRule(params.name, revisionOf(headers)));
      if (rule !== undefined) reply.header("etag", etagOf(rule));
      return { name: params.name, rule };
    },
  );
}

/** The path names the rule; a body that names another one was meant for another path. */
function named<Body extends { readonly name?: string }>(body: Body, name: string) {
  if (body.name !== undefined && body.name !== name) {
    const detail = `name must be ${name}, as in the path, or left out`;
    throw new RequestRefused(problem("SC_REQUEST_INVALID", detail, { field: "name" }));
  }
  return { ...body, name };
}
