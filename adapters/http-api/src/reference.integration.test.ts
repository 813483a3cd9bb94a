import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { emptyApp } from "./empty-app.ts";
import { addControlRoutes } from "./routes/control.ts";
import { addHistoryRoutes } from "./routes/history.ts";
import { addStructureRoutes } from "./routes/structures.ts";
import { FakeOrchestration } from "./testing/fake-orchestration.ts";

const page = readFileSync(new URL("../../../docs/reference/api.md", import.meta.url), "utf8");

test("the reference page lists every route of the API, and no other", async () => {
  const app = emptyApp();
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url }) => {
    const path = url.replace(":name", "NAME");
    for (const each of [method].flat()) if (each !== "HEAD") routes.push(`${each} ${path}`);
  });
  const orchestration = new FakeOrchestration();
  addStructureRoutes(app, orchestration);
  addControlRoutes(app, orchestration);
  addHistoryRoutes(app, orchestration);
  await app.ready();
  const listed = [...page.matchAll(/^\| `((?:GET|PUT|POST) [^`?]+)/gm)].map(([, route]) =>
    String(route),
  );
  assert.deepEqual(listed.toSorted(), routes.toSorted());
});
