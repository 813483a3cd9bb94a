import { Type } from "@fastify/type-provider-typebox";
import {
  noQuerySchema,
  settingsListSchema,
  settingsSchema,
  settingsUpdateSchemas,
} from "@sc/contracts";
import type { LiveDocuments } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { checkSettingsUpdate } from "../settings-update.ts";
import { etagOf, revisionHeader, revisionOf, valueOrRefusal } from "./route-parts.ts";

const tags = ["settings"];
const serviceParameter = Type.Object({ service: Type.String() });

/** What can be set of the services while they run. */
export function addSettingsRoutes(api: App, documents: LiveDocuments): void {
  addReadingRoutes(api, documents);
  addUpdateRoute(api, documents);
}

function addReadingRoutes(api: App, documents: LiveDocuments): void {
  api.get(
    "/settings",
    {
      schema: {
        operationId: "settings",
        summary: "The settings of all services, in force and as configured",
        tags,
        querystring: noQuerySchema,
        response: { 200: settingsListSchema },
      },
    },
    async () => ({ settings: documents.settings() }),
  );
  api.get(
    "/settings/:service",
    {
      schema: {
        operationId: "settingsOf",
        summary: "The settings of one service, with their revision in etag",
        tags,
        params: serviceParameter,
        querystring: noQuerySchema,
        response: { 200: settingsSchema },
      },
      config: { problems: ["SC_SERVICE_UNKNOWN"], tellsRevision: true },
    },
    async ({ params }, reply) => {
      const settings = valueOrRefusal(documents.settingsOf(params.service));
      reply.header("etag", etagOf(settings));
      return settings;
    },
  );
}

function addUpdateRoute(api: App, documents: LiveDocuments): void {
  api.patch(
    "/settings/:service",
    {
      schema: {
        operationId: "updateSettings",
        summary: "Change what is named; null puts a key back to the configuration's value",
        tags,
        params: serviceParameter,
        querystring: noQuerySchema,
        headers: revisionHeader,
        body: Type.Record(Type.String(), Type.Unknown()),
        response: { 200: settingsSchema },
      },
      config: {
        tellsRevision: true,
        describedBody: { anyOf: [...settingsUpdateSchemas.values()] },
        problems: [
          "SC_SERVICE_UNKNOWN",
          "SC_VALUE_OUT_OF_RANGE",
          "SC_STORE_STALE_REVISION",
          "SC_STATE_NOT_SAVED",
          "SC_STATE_UNREADABLE",
        ],
      },
    },
    async ({ params, headers, body }, reply) => {
      const { service } = valueOrRefusal(documents.settingsOf(params.service));
      checkSettingsUpdate(service, body);
      const updated = await documents.updateSettings(service, body, revisionOf(headers));
      const settings = valueOrRefusal(updated);
      reply.header("etag", etagOf(settings));
      return settings;
    },
  );
}
