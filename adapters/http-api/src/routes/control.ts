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
import { nameParameter, nameProblems, valueOrRefusal } from "./route-parts.ts";

const tags = ["control"];
const settingProblems = [
  ...nameProblems,
  "SC_VALUE_OUT_OF_RANGE",
  "SC_STATE_NOT_SAVED",
  "SC_STATE_UNREADABLE",
] as const;
const pauseProblems = ["SC_STATE_NOT_SAVED", "SC_STATE_UNREADABLE"] as const;
const releaseProblems = ["SC_RELEASE_INCOMPLETE"] as const;

/** What people may change. */
export function addControlRoutes(api: App, orchestration: Orchestration): void {
  addModeRoute(api, orchestration);
  addLimitsRoute(api, orchestration);
  addPauseRoutes(api, orchestration);
  addReleaseRoutes(api, orchestration);
}

function addModeRoute(api: App, orchestration: Orchestration): void {
  api.put(
    "/structures/:name/mode",
    {
      schema: {
        operationId: "setMode",
        summary: "Set the mode of a structure; with dryRun, tell what would happen",
        tags,
        params: nameParameter,
        querystring: modeQuerySchema,
        body: modeUpdateSchema,
        response: { 200: Type.Union([modePreviewSchema, settingsOutcomeSchema]) },
      },
      config: { problems: settingProblems },
    },
    async ({ params, query, body }) =>
      query.dryRun === "true"
        ? valueOrRefusal(orchestration.previewMode(params.name, body))
        : valueOrRefusal(await orchestration.setMode(params.name, body)),
  );
}

function addLimitsRoute(api: App, orchestration: Orchestration): void {
  api.put(
    "/structures/:name/limits",
    {
      schema: {
        operationId: "setLimits",
        summary: "Set min, max, boundary, priority or policy of one resource of a structure",
        tags,
        params: nameParameter,
        querystring: noQuerySchema,
        body: limitsUpdateSchema,
        response: { 200: settingsOutcomeSchema },
      },
      config: { problems: [...settingProblems, "SC_POLICY_UNKNOWN"] },
    },
    async ({ params, body }) => valueOrRefusal(await orchestration.setLimits(params.name, body)),
  );
}

const pauseSchema = {
  tags,
  querystring: noQuerySchema,
  body: nothingSchema,
  response: { 200: pauseOutcomeSchema },
};

function addPauseRoutes(api: App, orchestration: Orchestration): void {
  for (const [word, isPaused, summary] of [
    ["pause", true, "Stop every change by policy and drift repair, and keep the modes"],
    ["resume", false, "Go on after a pause"],
  ] as const) {
    api.post(
      `/${word}`,
      {
        schema: { operationId: `${word}All`, summary: `${summary}: everything`, ...pauseSchema },
        config: { problems: pauseProblems },
      },
      async () => valueOrRefusal(await orchestration.setPaused(undefined, isPaused)),
    );
    api.post(
      `/structures/:name/${word}`,
      {
        schema: {
          operationId: word,
          summary: `${summary}: one structure`,
          ...pauseSchema,
          params: nameParameter,
        },
        config: { problems: [...nameProblems, ...pauseProblems] },
      },
      async ({ params }) => valueOrRefusal(await orchestration.setPaused(params.name, isPaused)),
    );
  }
}

const releaseSchema = {
  tags,
  querystring: noQuerySchema,
  body: nothingSchema,
  response: { 200: releaseReportSchema },
};

function addReleaseRoutes(api: App, orchestration: Orchestration): void {
  const summary = "Put the first limits back and the mode to observe";
  api.post(
    "/release",
    {
      schema: { operationId: "releaseAll", summary: `${summary}: everything`, ...releaseSchema },
      config: { problems: releaseProblems },
    },
    async () => valueOrRefusal(await orchestration.release(undefined)),
  );
  api.post(
    "/structures/:name/release",
    {
      schema: {
        operationId: "release",
        summary: `${summary}: one structure`,
        ...releaseSchema,
        params: nameParameter,
      },
      config: { problems: [...nameProblems, ...releaseProblems] },
    },
    async ({ params }) => valueOrRefusal(await orchestration.release(params.name)),
  );
}
