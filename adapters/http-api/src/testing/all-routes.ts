import type { RouteOptions } from "fastify";
import { emptyApp } from "../empty-app.ts";
import { EventStreams } from "../event-streams.ts";
import type { ApiFaces } from "../faces.ts";
import { addRoutes } from "../routes/add-routes.ts";

/** Every route there is, also those that differ by method alone; HEAD goes with GET. */
export async function routesOf(faces: ApiFaces): Promise<readonly RouteOptions[]> {
  const app = emptyApp();
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD") routes.push(route);
  });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const isTrusted = (): boolean => true;
  const streams = new EventStreams({ log, isTrusted });
  addRoutes(app, { faces, streams, isTrusted, describe: async () => "" });
  await app.ready();
  return routes;
}

/** `GET /api/v1/structures/:name` */
export const routeNames = (routes: readonly RouteOptions[]): readonly string[] =>
  routes.map(({ method, url }) => `${String(method)} ${url}`);

/** The route a request is for; `undefined` = there is none. */
export function routeFor(
  routes: readonly RouteOptions[],
  asked: { readonly method: string; readonly path: string },
): RouteOptions | undefined {
  const segments = asked.path.split("?", 1)[0]?.split("/") ?? [];
  return routes.find(({ method, url }) => {
    const parts = url.split("/");
    return (
      method === asked.method &&
      parts.length === segments.length &&
      parts.every((part, index) => part.startsWith(":") || part === segments[index])
    );
  });
}
