import { Type } from "@fastify/type-provider-typebox";
import {
  limitsUpdateSchema,
  modePreviewSchema,
  modeQuerySchema,
  modeUpdateSchema,
  noQuerySchema,
  nothingSchema,
  pauseOutcomeSchema,
  releaseReportSchema,
  settingsOutcomeSchema,
} from "@sc/contracts";
import type { Orchestration } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { nameParameter, valueOrRefusal } from "./route-parts.ts";

/** What people may change. */
export function addControlRoutes(api: App, orchestration: Orchestration): void {
  addSettingsRoutes(api, orchestration);
  addPauseRoutes(api, orchestration);
  addReleaseRoutes(api, orchestration);
}

function addSettingsRoutes(api: App, orchestration: Orchestration): void {
  api.put(
    "/structures/:name/mode",
    {
      schema: {
        params: nameParameter,
        querystring: modeQuerySchema,
        body: modeUpdateSchema,
        response: { 200: Type.Union([modePreviewSchema, settingsOutcomeSchema]) },
      },
    },
    async ({ params, query, body }) =>
      query.dryRun === "true"
        ? valueOrRefusal(orchestration.previewMode(params.name, body))
        : valueOrRefusal(await orchestration.setMode(params.name, body)),
  );
  api.put(
    "/structures/:name/limits",
    {
      schema: {
        params: nameParameter,
        querystring: noQuerySchema,
        body: limitsUpdateSchema,
        response: { 200: settingsOutcomeSchema },
      },
    },
    async ({ params, body }) => valueOrRefusal(await orchestration.setLimits(params.name, body)),
  );
}

const pauseSchema = {
  querystring: noQuerySchema,
  body: nothingSchema,
  response: { 200: pauseOutcomeSchema },
};

function addPauseRoutes(api: App, orchestration: Orchestration): void {
  for (const [path, isPaused] of [
    ["/pause", true],
    ["/resume", false],
  ] as const) {
    api.post(path, { schema: pauseSchema }, async () =>
      valueOrRefusal(await orchestration.setPaused(undefined, isPaused)),
    );
    api.post(
      `/structures/:name${path}`,
      { schema: { ...pauseSchema, params: nameParameter } },
      async ({ params }) => valueOrRefusal(await orchestration.setPaused(params.name, isPaused)),
    );
  }
}

const releaseSchema = {
  querystring: noQuerySchema,
  body: nothingSchema,
  response: { 200: releaseReportSchema },
};

function addReleaseRoutes(api: App, orchestration: Orchestration): void {
  api.post("/release", { schema: releaseSchema }, async () =>
    valueOrRefusal(await orchestration.release(undefined)),
  );
  api.post(
    "/structures/:name/release",
    { schema: { ...releaseSchema, params: nameParameter } },
    async ({ params }) => valueOrRefusal(await orchestration.release(params.name)),
  );
}
