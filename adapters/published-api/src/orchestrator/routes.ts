import type { PublishedRoute } from "./published-route.ts";

const heartbeat: PublishedRoute = {
  method: "GET",
  path: "/heartbeat",
  answer: () => '{"status": "alive"}',
};

/** Every route of the published Orchestrator, once: served, described and tested from here. */
export const publishedRoutes: readonly PublishedRoute[] = [heartbeat];
