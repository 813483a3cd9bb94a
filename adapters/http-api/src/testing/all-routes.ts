import { emptyApp } from "../empty-app.ts";
import { EventStreams } from "../event-streams.ts";
import { addRoutes } from "../routes/add-routes.ts";
import { newFaces } from "./api-harness.ts";

/** `GET /api/v1/structures/:name` of every route there is. */
export async function routesOf(): Promise<readonly string[]> {
  const app = emptyApp();
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    for (const each of [method].flat()) if (each !== "HEAD") routes.push(`${each} ${url}`);
  });
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const streams = new EventStreams({ log });
  addRoutes(app, { faces: newFaces(), streams, describe: async () => "" });
  await app.ready();
  return routes;
}
