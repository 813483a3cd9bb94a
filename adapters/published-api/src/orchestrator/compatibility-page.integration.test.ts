import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { servePublished } from "../testing/serve.ts";
import { publishedRoutes } from "./routes.ts";

const page = readFileSync(
  new URL("../../../../docs/reference/compatibility.md", import.meta.url),
  "utf8",
);
const { ask } = servePublished();
const names = publishedRoutes.map(({ method, path }) => `${method} ${path}`);

test("the page has a row for every route, and no other", () => {
  const matches = [...page.matchAll(/^\| `((?:GET|PUT|POST|DELETE) \/[^`]*)` \| (.+?) \|/gm)];
  const rows = matches.map(([, route = "", verdict = ""]) => ({ route, verdict }));
  const ofOrchestrator = rows
    .map(({ route }) => route)
    .filter((route) => /^\w+ \/(?!container|host)/.test(route));
  assert.deepEqual(ofOrchestrator.toSorted(), names.toSorted());
  const others = rows.filter(({ verdict }) => !/^(same|better|left out)$/.test(verdict));
  assert.deepEqual(others, []);
});

describe("served is", () => {
  for (const { method, path } of publishedRoutes) {
    test(`${method} ${path}`, async () => {
      const filled = path.replace(/<\w+>/g, "x");
      const { status, text } = await ask(method, filled, method === "GET" ? undefined : "{}");
      const isThere = status === 200 || JSON.parse(text).code !== "SC_ROUTE_UNKNOWN";
      assert.ok(isThere && status !== 405, `${status} ${text}`);
    });
  }
});
