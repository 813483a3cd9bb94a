import assert from "node:assert/strict";
import { test } from "node:test";
import { smokeTests } from "@sc/domain/testing";
import { publishedRoutes } from "@sc/published-api";
import fc from "fast-check";
import { targets } from "./api.fuzz.ts";
import { describedOperations, generatedRequests } from "./testing/generated-requests.ts";
import { publishedRequests, startPublished } from "./testing/published-requests.ts";
import { sendRequest } from "./testing/send-request.ts";

smokeTests(targets, 200);

test("requests that are generated succeed and are refused, at every operation", async () => {
  // With a structure of each kind.
  const server = await startPublished();
  const reached = new Set<string>();
  // One seed: it is about the generator, and no luck shall be in it.
  for (const request of fc.sample(generatedRequests, { numRuns: 16_000, seed: 1 })) {
    if (request.cutAfter !== null) continue;
    const { status } = await sendRequest(server.places, request);
    const [path = ""] = request.target.split(/[?#;]/, 1);
    const asked = describedOperations.find(
      ({ method, pattern }) => method === request.method && pattern.test(path),
    );
    if (asked === undefined || status === undefined) continue;
    reached.add(`${asked.operationId} ${status < 300 ? "succeeds" : "is refused"}`);
    await server.pass();
  }
  await server.close();
  const missing = describedOperations
    .flatMap(({ operationId }) => [`${operationId} succeeds`, `${operationId} is refused`])
    .filter((outcome) => !reached.has(outcome));
  assert.deepEqual(missing, []);
});

test("requests that are generated succeed and are refused, at every published route", async () => {
  const server = await startPublished();
  const reached = new Set<string>();
  const patterns = publishedRoutes.map(({ method, path }) => ({
    ...{ method, path },
    pattern: patternOf(path),
  }));
  for (const request of fc.sample(publishedRequests, { numRuns: 4000, seed: 1 })) {
    if (request.cutAfter !== null) continue;
    const { status } = await sendRequest(server.places, request);
    const [path = ""] = request.target.split(/[?#;]/, 1);
    // The first that fits is the one that answers where a literal wins: those are longer here.
    const asked = patterns.find(
      (each) => each.method === request.method && each.pattern.test(path),
    );
    if (asked === undefined || status === undefined) continue;
    reached.add(`${asked.method} ${asked.path} ${status < 300 ? "succeeds" : "is refused"}`);
    await server.pass();
  }
  await server.close();
  const canBeRefused = (path: string): boolean => path.includes("<");
  const missing = publishedRoutes
    .flatMap(({ method, path }) => [
      `${method} ${path} succeeds`,
      ...(canBeRefused(path) ? [`${method} ${path} is refused`] : []),
    ])
    .filter((outcome) => !reached.has(outcome));
  assert.deepEqual(missing, []);
});

/** Slashes may be doubled, and one more may be at the end. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path.replaceAll(/<\w+>/g, "[^/]+").replaceAll("/", "/+").replace(/\/\+$/, "")}/*$`,
  );
