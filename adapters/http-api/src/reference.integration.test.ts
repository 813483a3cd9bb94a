import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { routeNames, routesOf } from "./testing/all-routes.ts";
import { newFaces } from "./testing/api-harness.ts";

const page = readFileSync(new URL("../../../docs/reference/api.md", import.meta.url), "utf8");

test("the reference page lists every route of the API, and no other", async () => {
  const routes = routeNames(await routesOf(newFaces())).map((route) =>
    route.replace("/api/v1", "").replace(/:\w+/, "NAME"),
  );
  const listed = [...page.matchAll(/^\| `((?:GET|PUT|POST|PATCH|DELETE) [^`?]+)/gm)].map(
    ([, route]) => String(route),
  );
  assert.deepEqual(listed.toSorted(), routes.toSorted());
});
