import {
  changeListSchema,
  eventListSchema,
  historyQuerySchema,
  requestListSchema,
} from "@sc/contracts";
import type { HistoryQuery, Orchestration } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { checkStructureQuery } from "./route-parts.ts";
import { timeOf } from "./time.ts";

const defaultLimit = 100;

const common = { tags: ["history"], querystring: historyQuerySchema };
const config = { problems: ["SC_NAME_INVALID"] } as const;

/** What happened, newest first. */
export function addHistoryRoutes(api: App, orchestration: Orchestration): void {
  api.get(
    "/events",
    {
      schema: {
        operationId: "events",
        summary: "Thresholds that were crossed, newest first",
        ...common,
        response: { 200: eventListSchema },
      },
      config,
    },
    async ({ query }) => ({ events: await orchestration.events(historyQuery(query)) }),
  );
  api.get(
    "/requests",
    {
      schema: {
        operationId: "requests",
        summary: "Wishes to change limits, and why they were held, newest first",
        ...common,
        response: { 200: requestListSchema },
      },
      config,
    },
    async ({ query }) => ({ requests: await orchestration.requests(historyQuery(query)) }),
  );
  api.get(
    "/changes",
    {
      schema: {
        operationId: "changes",
        summary: "Limits that were written, refused, or changed by others, newest first",
        ...common,
        response: { 200: changeListSchema },
      },
      config,
    },
    async ({ query }) => ({ changes: await orchestration.changes(historyQuery(query)) }),
  );
}

const historyQuery = (query: {
  readonly structure?: string;
  readonly limit?: string;
  readonly from?: string;
  readonly to?: string;
}): HistoryQuery => {
  checkStructureQuery(query.structure);
  const now = Date.now() / 1000;
  return {
    structure: query.structure,
    limit: query.limit === undefined ? defaultLimit : Number(query.limit),
    from: timeOf(query.from, now),
    to: timeOf(query.to, now),
  };
};
