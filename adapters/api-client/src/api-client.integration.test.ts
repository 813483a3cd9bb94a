import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { RuleDocument } from "@sc/contracts";
import { type Api, ApiClient } from "./api-client.ts";
import { ApiError, ServerUnreachable } from "./errors.ts";

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly ifMatch: string | undefined;
  readonly body: string;
}

let folder: string;
let path: string;
let server: Server;
let heard: Heard[];
/** What the server says to the next request; nothing at all when it is undefined. */
let answer: { readonly status: number; readonly text: string } | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sc-client-"));
  path = join(folder, "api.sock");
  heard = [];
  answer = { status: 200, text: "{}" };
  server = createServer((request, response) => {
    void note(request).then(() => {
      if (answer !== undefined) response.writeHead(answer.status).end(answer.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

async function note(request: IncomingMessage): Promise<void> {
  const { method, url, headers } = request;
  const parts: unknown[] = [];
  for await (const part of request) parts.push(part);
  const { authorization, "if-match": ifMatch } = headers;
  heard.push({ method, url, authorization, ifMatch, body: parts.join("") });
}

const client = (timeoutMs = 10_000): Api =>
  new ApiClient({ target: { kind: "socket", path }, timeoutMs });

const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );

const rule: RuleDocument = {
  kind: "event",
  resource: "cpu",
  isActive: true,
  direction: "up",
  condition: true,
};

describe("a question", () => {
  const cases: readonly (readonly [
    asked: (api: Api) => Promise<unknown>,
    method: string,
    url: string,
    body: string,
  ])[] = [
    [(api) => api.structures(), "GET", "/structures", ""],
    [(api) => api.structure("web"), "GET", "/structures/web", ""],
    [(api) => api.explain("web"), "GET", "/structures/web/explain", ""],
    [(api) => api.policies(), "GET", "/policies", ""],
    [(api) => api.health(), "GET", "/health", ""],
    [(api) => api.events(), "GET", "/events", ""],
    [(api) => api.requests({ limit: 5 }), "GET", "/requests?limit=5", ""],
    [(api) => api.changes({ structure: "a&b" }), "GET", "/changes?structure=a%26b", ""],
    [(api) => api.pause(undefined), "POST", "/pause", ""],
    [(api) => api.resume("web"), "POST", "/structures/web/resume", ""],
    [(api) => api.release("web"), "POST", "/structures/web/release", ""],
    [
      (api) => api.setMode("web", { mode: "auto" }),
      "PUT",
      "/structures/web/mode",
      '{"mode":"auto"}',
    ],
    [
      (api) => api.previewMode("web", { mode: "auto" }),
      "PUT",
      "/structures/web/mode?dryRun=true",
      '{"mode":"auto"}',
    ],
    [
      (api) => api.setLimits("web", { resource: "cpu", max: 5 }),
      "PUT",
      "/structures/web/limits",
      '{"resource":"cpu","max":5}',
    ],
    [(api) => api.changes({ from: "-1h", to: 5.5 }), "GET", "/changes?from=-1h&to=5.5", ""],
    [(api) => api.usageHistory("web"), "GET", "/structures/web/history", ""],
    [
      (api) => api.usageHistory("web", { from: "-7d", step: 60 }),
      "GET",
      "/structures/web/history?from=-7d&step=60",
      "",
    ],
    [(api) => api.rules(), "GET", "/rules", ""],
    [(api) => api.rule("a/b"), "GET", "/rules/a%2Fb", ""],
    [(api) => api.putRule("mine", rule), "PUT", "/rules/mine", JSON.stringify(rule)],
    [(api) => api.removeRule("mine"), "DELETE", "/rules/mine", ""],
    [(api) => api.settings(), "GET", "/settings", ""],
    [(api) => api.settingsOf("guardian"), "GET", "/settings/guardian", ""],
    [
      (api) => api.updateSettings("guardian", { noDataSeconds: null }),
      "PATCH",
      "/settings/guardian",
      '{"noDataSeconds":null}',
    ],
    [(api) => api.ready(), "GET", "/ready", ""],
    [(api) => api.declared("users"), "GET", "/users", ""],
    [(api) => api.declaredOne("hosts", "a b"), "GET", "/hosts/a%20b", ""],
    [(api) => api.declare("users", "ann", { a: 1 }), "PUT", "/users/ann", '{"a":1}'],
    [
      (api) =>
        api.changeDeclared({
          collection: "subscriptions",
          name: "web",
          update: { isGuarded: true },
        }),
      "PATCH",
      "/subscriptions/web",
      '{"isGuarded":true}',
    ],
    [(api) => api.removeDeclared("hosts", "h"), "DELETE", "/hosts/h", ""],
    [
      (api) => api.attach({ collection: "applications", name: "shop", member: "w/b" }),
      "PUT",
      "/applications/shop/containers/w%2Fb",
      "",
    ],
    [
      (api) => api.detach({ collection: "users", name: "ann", member: "shop" }),
      "DELETE",
      "/users/ann/applications/shop",
      "",
    ],
  ];
  for (const [asked, method, url, body] of cases) {
    test(`is sent as ${method} ${url}`, async () => {
      await asked(client());
      const sent = { authorization: undefined, ifMatch: undefined };
      assert.deepEqual(heard, [{ method, url: `/api/v1${url}`, ...sent, body }]);
    });
  }

  test("names the revision a change was made from", async () => {
    await client().putRule("mine", rule, 3);
    await client().removeRule("mine", 0);
    await client().updateSettings("scaler", { isActive: false }, 12);
    const change = { collection: "users", name: "ann", update: {}, revision: 4 } as const;
    await client().changeDeclared(change);
    assert.deepEqual(
      heard.map(({ ifMatch }) => ifMatch),
      ['"3"', '"0"', '"12"', '"4"'],
    );
  });

  test("about a name with special characters stays about one name", async () => {
    await client().structure("../a b?c#d");
    assert.equal(heard[0]?.url, "/api/v1/structures/..%2Fa%20b%3Fc%23d");
  });

  test("over TCP shows the token", async () => {
    const tcp = createServer((request, response) => {
      void note(request).then(() => response.end("{}"));
    });
    await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
    const address = tcp.address();
    assert.ok(typeof address === "object" && address !== null);
    const url = new URL(`http://127.0.0.1:${address.port}`);
    await new ApiClient({ target: { kind: "url", url, token: "secret" } }).pause("web");
    assert.equal(heard[0]?.authorization, "Bearer secret");
    await new Promise((resolve) => tcp.close(resolve));
  });
});

describe("a failure", () => {
  test("that the server explains keeps code, status, detail and field", async () => {
    const problem = {
      code: "SC_VALUE_OUT_OF_RANGE",
      status: 400,
      detail: "max is 9",
      field: "max",
    };
    answer = { status: 400, text: JSON.stringify({ ...problem, title: "x", type: "about:blank" }) };
    const error = await failureOf(client().setLimits("web", { resource: "cpu", max: 9 }));
    assert.ok(error instanceof ApiError);
    const { code, status, detail, field } = error;
    assert.deepEqual({ code, status, detail, field }, problem);
  });

  test("of a service is no failure to ask whether all run", async () => {
    const problem = { code: "SC_NOT_READY", status: 503, detail: "guardian does not run" };
    answer = { status: 503, text: JSON.stringify(problem) };
    assert.deepEqual(await client().ready(), { isReady: false, detail: problem.detail });
  });

  for (const [what, status, text] of [
    ["an error that is no problem", 502, "<html>Bad gateway</html>"],
    ["a success that is no JSON", 200, "hello"],
    ["an error of another shape", 404, '{"code":5}'],
  ] as const) {
    test(`of another kind of server is told: ${what}`, async () => {
      answer = { status, text };
      const error = await failureOf(client().health());
      assert.ok(error instanceof ApiError);
      assert.equal(error.code, "SC_ANSWER_MALFORMED");
      assert.equal(error.status, status);
    });
  }

  test("to find the socket names it", async () => {
    const target = { kind: "socket", path: join(folder, "none.sock") } as const;
    const error = await failureOf(new ApiClient({ target }).health());
    assert.ok(error instanceof ServerUnreachable);
    assert.equal(error.code, "SC_SERVER_UNREACHABLE");
    assert.equal(error.address, target.path);
    assert.match(error.message, /none\.sock: the socket is not there/);
  });

  test("to answer in time is told", async () => {
    answer = undefined;
    const error = await failureOf(client(50).health());
    assert.ok(error instanceof ServerUnreachable);
    assert.match(error.message, /no answer in 0\.05 s/);
  });
});
