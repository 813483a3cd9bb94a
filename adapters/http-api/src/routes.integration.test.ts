import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { assertProblem, useApi } from "./testing/api-harness.ts";
import type { Call } from "./testing/call.ts";
import { web } from "./testing/fake-orchestration.ts";

const api = useApi();

describe("reading", () => {
  test("lists the structures with what is known and without what is not", async () => {
    const { status, body } = await api().overSocket({ path: "/api/v1/structures" });
    assert.equal(status, 200);
    assert.deepEqual(body, JSON.parse(JSON.stringify({ structures: [web] })));
  });

  for (const path of [
    "/structures/web",
    "/structures/web/explain",
    "/health",
    "/events",
    "/requests",
    "/changes",
  ]) {
    test(`${path} answers with JSON`, async () => {
      const answer = await api().overSocket({ path: `/api/v1${path}` });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.match(answer.type, /^application\/json/);
    });
  }

  test("history is asked for by structure and count, 100 when none is said", async () => {
    await api().overSocket({ path: "/api/v1/events?structure=web&limit=7" });
    await api().overSocket({ path: "/api/v1/requests" });
    const always = { from: undefined, to: undefined };
    assert.deepEqual(api().orchestration.asked, [
      { events: { structure: "web", limit: 7, ...always } },
      { requests: { structure: undefined, limit: 100, ...always } },
    ]);
  });

  test("history is asked for by times, also such before now", async () => {
    const hourAgo = () => Date.now() / 1000 - 3600;
    const earliest = hourAgo();
    await api().overSocket({ path: "/api/v1/changes?from=-1h&to=1700000000.5" });
    const [{ changes: asked }] = JSON.parse(JSON.stringify(api().orchestration.asked));
    assert.equal(asked.to, 1_700_000_000.5);
    assert.ok(asked.from >= earliest && asked.from <= hourAgo(), `${asked.from}`);
  });

  for (const query of [
    "limit=0",
    "limit=10001",
    "limit=-1",
    "limit=1e3",
    "limit=1&limit=2",
    "x=1",
    "from=yesterday",
    "from=NaN",
    "to=1e999",
    "to=-1w",
    "from=--1h",
    "to=",
  ]) {
    test(`history refuses ?${query}`, async () => {
      const answer = await api().overSocket({ path: `/api/v1/changes?${query}` });
      assertProblem(answer, 400, "SC_REQUEST_INVALID");
    });
  }
});

describe("changing", () => {
  test("a mode is set for the resources that are named", async () => {
    const body = { mode: "auto", resources: ["cpu"] };
    const answer = await api().overSocket({
      method: "PUT",
      path: "/api/v1/structures/web/mode",
      body,
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(api().orchestration.asked, [{ setMode: "web", update: body }]);
  });

  test("a dry run answers with the preview and sets nothing", async () => {
    const answer = await api().overSocket({
      method: "PUT",
      path: "/api/v1/structures/web/mode?dryRun=true",
      body: { mode: "auto" },
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.firstLimit, 70);
    assert.deepEqual(api().orchestration.asked, [{ previewMode: "web", update: { mode: "auto" } }]);
  });

  test("limits are set as given, and warnings come back", async () => {
    const body = { resource: "cpu", min: 20.5, boundaryOf: "current" };
    const answer = await api().overSocket({
      method: "PUT",
      path: "/api/v1/structures/web/limits",
      body,
    });
    assert.deepEqual(answer.body.warnings, ["a warning"]);
    assert.deepEqual(api().orchestration.asked, [{ setLimits: "web", update: body }]);
  });

  for (const [path, asked] of [
    ["/pause", { setPaused: undefined, isPaused: true }],
    ["/resume", { setPaused: undefined, isPaused: false }],
    ["/release", { release: undefined }],
    ["/structures/web/pause", { setPaused: "web", isPaused: true }],
    ["/structures/web/resume", { setPaused: "web", isPaused: false }],
    ["/structures/web/release", { release: "web" }],
  ] as const) {
    test(`POST ${path} needs no body and takes an empty one`, async () => {
      const bare = await api().overSocket({ method: "POST", path: `/api/v1${path}` });
      const empty = await api().overSocket({ method: "POST", path: `/api/v1${path}`, body: {} });
      assert.deepEqual([bare.status, empty.status], [200, 200]);
      assert.deepEqual(api().orchestration.asked, [asked, asked]);
    });
  }

  test("a refusal of the inside becomes a problem with its code and field", async () => {
    api().orchestration.refusal = {
      code: "SC_VALUE_OUT_OF_RANGE",
      detail: "max is 999",
      field: "max",
    };
    const body = { resource: "cpu", max: 999 };
    const answer = await api().overSocket({
      method: "PUT",
      path: "/api/v1/structures/web/limits",
      body,
    });
    assertProblem(answer, 400, "SC_VALUE_OUT_OF_RANGE");
    assert.equal(answer.body.field, "max");
  });

  test("settings that cannot be saved are a problem of the server, told by code", async () => {
    api().orchestration.refusal = { code: "SC_STATE_NOT_SAVED", detail: "disk full" };
    const body = { mode: "auto" };
    const answer = await api().overSocket({
      method: "PUT",
      path: "/api/v1/structures/web/mode",
      body,
    });
    assertProblem(answer, 503, "SC_STATE_NOT_SAVED");
  });
});

describe("a malformed request is told what is wrong with it", () => {
  const limits = { method: "PUT", path: "/api/v1/structures/web/limits" };
  const cases: readonly (readonly [what: string, made: Call, status: number, code: string])[] = [
    ["no JSON", { ...limits, body: "{" }, 400, "SC_REQUEST_INVALID"],
    ["no body", limits, 400, "SC_REQUEST_INVALID"],
    ["an empty JSON body", { ...limits, body: "" }, 400, "SC_REQUEST_INVALID"],
    ["an array", { ...limits, body: [] }, 400, "SC_REQUEST_INVALID"],
    [
      "text for a number",
      { ...limits, body: { resource: "cpu", min: "5" } },
      400,
      "SC_REQUEST_INVALID",
    ],
    [
      "true for a number",
      { ...limits, body: { resource: "cpu", min: true } },
      400,
      "SC_REQUEST_INVALID",
    ],
    ["infinity", { ...limits, body: '{"resource":"cpu","max":1e999}' }, 400, "SC_REQUEST_INVALID"],
    ["no resource", { ...limits, body: { min: 5 } }, 400, "SC_REQUEST_INVALID"],
    [
      "a prototype",
      { ...limits, body: '{"resource":"cpu","__proto__":{"x":1}}' },
      400,
      "SC_REQUEST_INVALID",
    ],
    [
      "64 KiB and more",
      { ...limits, body: `"${"x".repeat(65_536)}"` },
      413,
      "SC_REQUEST_TOO_LARGE",
    ],
    [
      "a form",
      {
        ...limits,
        body: "min=5",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      415,
      "SC_MEDIA_TYPE_UNKNOWN",
    ],
    [
      "JSON that is said to be text",
      { ...limits, body: '{"resource":"cpu"}', headers: { "content-type": "text/plain" } },
      415,
      "SC_MEDIA_TYPE_UNKNOWN",
    ],
    [
      "a wrong method",
      { method: "DELETE", path: "/api/v1/structures" },
      405,
      "SC_METHOD_NOT_ALLOWED",
    ],
    ["a wrong page", { path: "/api/v1/nothing" }, 404, "SC_ROUTE_UNKNOWN"],
    [
      "a body where none belongs",
      { method: "POST", path: "/api/v1/pause", body: { a: 1 } },
      400,
      "SC_REQUEST_INVALID",
    ],
    ["an undecodable path", { path: "/api/v1/structures/%zz" }, 400, "SC_REQUEST_INVALID"],
  ];
  for (const [what, made, status, code] of cases) {
    test(`${what}: ${code}`, async () => {
      assertProblem(await api().overSocket(made), status, code);
      assert.deepEqual(api().orchestration.asked, []);
    });
  }

  test("every unknown key is named", async () => {
    const body = { resource: "cpu", min: 5, colour: "red", size: 1 };
    const answer = await api().overSocket({ ...limits, body });
    assertProblem(answer, 400, "SC_REQUEST_INVALID");
    assert.match(String(answer.body.detail), /colour is not known; size is not known/);
  });

  test("a word that is none of a choice is answered with the choice", async () => {
    const body = { mode: "turbo" };
    const answer = await api().overSocket({
      method: "PUT",
      path: "/api/v1/structures/web/mode",
      body,
    });
    assert.equal(answer.body.detail, "mode must be one of observe, recommend, auto");
    assert.equal(answer.body.field, "mode");
  });

  test("a wrong method is answered with those there are", async () => {
    const answer = await api().overSocket({ method: "POST", path: "/api/v1/structures/web/mode" });
    assertProblem(answer, 405, "SC_METHOD_NOT_ALLOWED");
    assert.equal(answer.headers.allow, "PUT");
  });
});

describe("a name from outside", () => {
  const names: readonly (readonly [what: string, encoded: string, code: string])[] = [
    ["with a slash", "a%2Fb", "SC_NAME_INVALID"],
    ["that climbs", "..%2F..%2Fetc", "SC_NAME_INVALID"],
    ["of two dots", "%2e%2e", "SC_NAME_INVALID"],
    ["with NUL", "web%00", "SC_NAME_INVALID"],
    ["of 300 characters", "a".repeat(300), "SC_NAME_INVALID"],
    ["of 4000 characters", "a".repeat(4000), "SC_NAME_INVALID"],
    ["of another container", "other", "SC_STRUCTURE_UNKNOWN"],
  ];
  for (const [what, encoded, code] of names) {
    test(`${what} is refused everywhere with ${code}`, async () => {
      const path = `/api/v1/structures/${encoded}`;
      const status = code === "SC_NAME_INVALID" ? 400 : 404;
      assertProblem(await api().overSocket({ path }), status, code);
      assertProblem(await api().overSocket({ path: `${path}/explain` }), status, code);
      assertProblem(
        await api().overSocket({ method: "POST", path: `${path}/release` }),
        status,
        code,
      );
      const body = { mode: "auto" };
      assertProblem(
        await api().overSocket({ method: "PUT", path: `${path}/mode`, body }),
        status,
        code,
      );
    });
  }
});

describe("whatever is sent", () => {
  const paths = ["mode", "mode?dryRun=true", "limits"].map(
    (end) => `/api/v1/structures/web/${end}`,
  );
  const keys = ["mode", "resources", "resource", "min", "max", "boundaryPercent", "priority"];
  const bodies = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.string(),
    fc
      .dictionary(
        fc.constantFrom(...keys),
        fc.oneof(fc.jsonValue(), fc.constantFrom("cpu", "auto")),
      )
      .map((body) => JSON.stringify(body)),
  );

  test("no body makes the server fail", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), bodies, async (path, body) => {
        const { status } = await api().overSocket({ method: "PUT", path, body });
        assert.ok(status < 500, `${status}`);
      }),
      { numRuns: 150 },
    );
    assert.deepEqual(api().errors, []);
  });

  test("no name makes the server fail", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (name) => {
        const encoded = encodeURIComponent(name.toWellFormed());
        const { status } = await api().overSocket({
          path: `/api/v1/structures/${encoded}/explain`,
        });
        assert.ok(status === 400 || status === 404 || name === "web", `${status}`);
      }),
      { numRuns: 100 },
    );
  });
});
