import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { statusOfCodes } from "./problems.ts";
import { routeNames, routesOf } from "./testing/all-routes.ts";
import { newFaces } from "./testing/api-harness.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");
const page = read("api.md");

test("the reference page lists every route of the API, and no other", async () => {
  const routes = routeNames(await routesOf(newFaces())).map((route) =>
    route.replace("/api/v1", "").replaceAll(/:\w+/g, "NAME"),
  );
  const listed = [...page.matchAll(/^\| `((?:GET|PUT|POST|PATCH|DELETE) [^`?]+)/gm)].map(
    ([, route]) => String(route),
  );
  assert.deepEqual(listed.toSorted(), routes.toSorted());
});

test("the reference page of errors has every code of the API with its status, and no other", () => {
  const [, table = ""] = read("errors.md").split("## The API");
  const rows = [...table.matchAll(/^\| `(SC_[A-Z_]+)` \| (\d{3}) \|/gm)];
  const listed = rows.map(([, code = "", status]) => [code, Number(status)] as const);
  assert.deepEqual(new Map(listed), statusOfCodes);
  assert.equal(listed.length, statusOfCodes.size);
});
