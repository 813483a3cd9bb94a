import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { routeNames, routesOf } from "../testing/all-routes.ts";
import { newFaces, useApi } from "../testing/api-harness.ts";

const api = useApi();
const page = new URL("../../../../docs/reference/openapi.json", import.meta.url);

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const described = async (): Promise<Description> =>
  JSON.parse((await api().overTcp({ path: "/api/v1/openapi.json" })).text);

test("the API describes itself as docs/reference/openapi.json has it", async () => {
  const text = `${JSON.stringify(await described(), undefined, 2)}\n`;
  // `npm run docs` writes it anew.
  if (process.env.SC_WRITE_DOCS === "1") writeFileSync(page, text);
  assert.ok(readFileSync(page, "utf8") === text, "it differs: npm run docs");
});

test("the description keeps the rules of OpenAPI 3.1", async () => {
  const validator = new Validator();
  const result = await validator.validate({ ...(await described()) });
  assert.deepEqual(result.errors, undefined);
  assert.equal(validator.version, "3.1");
  // Throws where a reference leads nowhere.
  validator.resolveRefs();
});

test("the description has every route, and no other", async () => {
  const { paths } = await described();
  const inDescription = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(
      (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    ),
  );
  assert.deepEqual(inDescription.toSorted(), routeNames(await routesOf(newFaces())).toSorted());
});

test("every operation has a name of its own, says what it does, and what it answers", async () => {
  const { paths } = await described();
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const names = operations.map(({ operationId }) => operationId);
  assert.deepEqual(names, [...new Set(names)]);
  for (const { operationId, summary, tags, responses } of operations) {
    assert.ok(operationId !== "" && summary !== "" && tags.length === 1, operationId);
    for (const { description } of Object.values(responses)) assert.ok(description !== "");
  }
});

test("what is said in two places has a name and is said once", async () => {
  const seen = new Set<string>();
  const repeated: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const isGroup = "properties" in value && Object.keys(value.properties ?? {}).length > 1;
    const text = JSON.stringify(value);
    if (isGroup && seen.has(text)) repeated.push(text);
    seen.add(text);
    for (const part of Object.values(value)) look(part);
  };
  look(await described());
  assert.deepEqual(repeated, []);
});
