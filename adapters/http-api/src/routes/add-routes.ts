import type { App } from "../empty-app.ts";
import type { EventStreams } from "../event-streams.ts";
import type { ApiFaces } from "../faces.ts";
import type { IsTrusted } from "../places.ts";
import { addApplicationRoutes } from "./catalogue/applications.ts";
import { addHostRoutes } from "./catalogue/hosts.ts";
import { addSubscriptionRoutes } from "./catalogue/subscriptions.ts";
import { addUserRoutes } from "./catalogue/users.ts";
import { addControlRoutes } from "./control.ts";
import { addDescriptionRoute } from "./description.ts";
import { addExperimentRoutes } from "./experiments.ts";
import { addHealthRoutes } from "./health.ts";
import { addHistoryRoutes } from "./history.ts";
import { addImportRoute } from "./import.ts";
import { addMetricsRoute } from "./metrics.ts";
import { addReplayRoute } from "./replay.ts";
import { addRuleRoutes } from "./rules.ts";
import { addSettingsRoutes } from "./settings.ts";
import { addStreamRoute } from "./stream.ts";
import { addStructureRoutes } from "./structures.ts";
import { addUsageHistoryRoute } from "./usage-history.ts";

export interface RouteParts {
  readonly faces: ApiFaces;
  readonly streams: EventStreams;
  readonly isTrusted: IsTrusted;
  /** The API in OpenAPI. */
  readonly describe: () => Promise<string>;
}

/** Everything that can be asked for. */
export function addRoutes(app: App, parts: RouteParts): void {
  const { faces, streams, isTrusted, describe } = parts;
  const { orchestration, documents, catalogue, histories, imports, replays, stream, metrics } =
    faces;
  app.register(
    async (api: App) => {
      addStructureRoutes(api, orchestration);
      addControlRoutes(api, orchestration);
      addHistoryRoutes(api, orchestration);
      addHealthRoutes(api, orchestration);
      addDescriptionRoute(api, describe);
      addUsageHistoryRoute(api, histories, isTrusted);
      addExperimentRoutes(api, faces.experiments, isTrusted);
      addReplayRoute(api, replays, isTrusted);
      addStreamRoute(api, stream, streams);
      addImportRoute(api, imports);
      addRuleRoutes(api, documents);
      addSettingsRoutes(api, documents);
      addHostRoutes(api, catalogue);
      addSubscriptionRoutes(api, catalogue);
      addApplicationRoutes(api, catalogue);
      addUserRoutes(api, catalogue);
    },
    { prefix: "/api/v1" },
  );
  addMetricsRoute(app, metrics);
}
