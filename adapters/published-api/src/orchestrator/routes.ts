import type { PublishedRoute } from "./published-route.ts";
import { applicationRoutes, containerRoutes, hostRoutes } from "./routes/declaring-structures.ts";
import { structureReadingRoutes } from "./routes/reading-structures.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { serviceRoutes } from "./routes/services.ts";
import { structureSettingRoutes } from "./routes/setting-structures.ts";
import { userRoutes } from "./routes/users.ts";

const heartbeat: PublishedRoute = {
  method: "GET",
  path: "/heartbeat",
  answer: () => '{"status": "alive"}',
};

/** Every route of the published Orchestrator, once: served, described and tested from here. */
export const publishedRoutes: readonly PublishedRoute[] = [
  heartbeat,
  ...serviceRoutes,
  ...ruleRoutes,
  ...structureReadingRoutes,
  ...structureSettingRoutes,
  ...hostRoutes,
  ...containerRoutes,
  ...applicationRoutes,
  ...userRoutes,
];
