import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { assertProblem, useApi } from "./testing/api-harness.ts";
import { raise } from "./testing/fake-documents.ts";

const api = useApi();

const rules = "/api/v1/rules";
const settings = "/api/v1/settings";
const event = {
  kind: "event",
  resource: "mem",
  isActive: true,
  direction: "up",
  condition: { ">": [{ var: "mem.structure.mem.usage" }, 5] },
};
const request = {
  ...event,
  kind: "request",
  rescale: { kind: "fit_to_usage" },
  eventsToRemove: 2,
};

describe("rules", () => {
  test("are listed and read one by one, with the revision in etag", async () => {
    const all = await api().overSocket({ path: rules });
    assert.deepEqual(Object.keys(all.body), ["rules"]);
    assert.match(all.text, /"condition":\{">=":\[\{"var":"events.scale.up"\},1\]\}/);
    const one = await api().overSocket({ path: `${rules}/cpu_rescale_up` });
    assert.equal(one.headers.etag, '"0"');
    assert.deepEqual(one.body, JSON.parse(JSON.stringify(raise)));
  });

  for (const rule of [
    event,
    request,
    { ...request, rescale: { kind: "amount", amount: -5 } },
    { ...request, rescale: { kind: "proportional", amount: 0.5 } },
    { ...event, condition: true },
  ]) {
    test(`are put as they are: ${JSON.stringify(rule)}`, async () => {
      const answer = await api().overSocket({ method: "PUT", path: `${rules}/a%3Ab`, body: rule });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers.etag, '"1"');
      assert.deepEqual(answer.body.rule, { ...rule, name: "a:b" });
      assert.deepEqual(api().documents.asked, [
        { putRule: "a:b", rule: { ...rule, name: "a:b" }, expectedRevision: undefined },
      ]);
    });
  }

  test("may be put with the name they have", async () => {
    const body = { ...event, name: "mine" };
    const answer = await api().overSocket({ method: "PUT", path: `${rules}/mine`, body });
    assert.equal(answer.status, 200);
  });

  test("that people made are gone when they are removed, ours are back to their preset", async () => {
    const own = await api().overSocket({ method: "DELETE", path: `${rules}/mine` });
    assert.deepEqual([own.body, own.headers.etag], [{ name: "mine" }, undefined]);
    const ours = await api().overSocket({ method: "DELETE", path: `${rules}/cpu_rescale_up` });
    assert.equal(ours.headers.etag, '"0"');
    assert.deepEqual(Object.keys(ours.body), ["name", "rule"]);
  });

  test("that are not there are told", async () => {
    const path = `${rules}/nothing`;
    assertProblem(await api().overSocket({ path }), 404, "SC_RULE_UNKNOWN");
    assertProblem(await api().overSocket({ method: "DELETE", path }), 404, "SC_RULE_UNKNOWN");
  });

  const faulty: readonly (readonly [what: string, body: unknown, detail: RegExp])[] = [
    ["no kind", { ...event, kind: undefined }, /^kind must be one of event, request$/],
    ["another kind", { ...event, kind: "guess" }, /^kind must be one of event, request$/],
    [
      "another resource",
      { ...event, resource: "disk" },
      /^resource must be one of cpu, mem, disk_read, disk_write, net$/,
    ],
    ["text for a flag", { ...event, isActive: "true" }, /^isActive must be boolean$/],
    ["no condition", { ...event, condition: undefined }, /^condition is missing$/],
    ["a key too many", { ...event, rescale: {} }, /^rescale is not known$/],
    ["another name", { ...event, name: "x" }, /^name must be mine, as in the path, or left out$/],
    [
      "another rescale",
      { ...request, rescale: { kind: "double" } },
      /^rescale\.kind must be one of amount, fit_to_usage, proportional$/,
    ],
    [
      "text for an amount",
      { ...request, rescale: { kind: "amount", amount: "5" } },
      /^rescale\.amount must be a number from -1000000000 to 1000000000$/,
    ],
    [
      "half an event",
      { ...request, eventsToRemove: 0.5 },
      /^eventsToRemove must be a whole number from 0 to 1000$/,
    ],
    ["a list", [event], /^body must be object/],
  ];
  for (const [what, body, detail] of faulty) {
    test(`are refused with the field: ${what}`, async () => {
      const answer = await api().overSocket({ method: "PUT", path: `${rules}/mine`, body });
      assertProblem(answer, 400, "SC_REQUEST_INVALID");
      assert.match(String(answer.body.detail), detail);
      assert.deepEqual(api().documents.asked, []);
    });
  }
});

describe("settings", () => {
  test("are listed and read one by one, with the revision in etag", async () => {
    const all = await api().overSocket({ path: settings });
    assert.match(all.text, /"service":"node-agent".*"service":"guardian"/);
    const one = await api().overSocket({ path: `${settings}/guardian` });
    assert.equal(one.headers.etag, '"2"');
    assert.deepEqual(one.body, JSON.parse(JSON.stringify(api().documents.settings()[1])));
  });

  test("are changed as far as they are named", async () => {
    const body = { windowSeconds: 0.05, noDataSeconds: null };
    const answer = await api().overSocket({ method: "PATCH", path: `${settings}/guardian`, body });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers.etag, '"2"');
    assert.deepEqual(api().documents.asked, [
      { updateSettings: "guardian", update: body, expectedRevision: undefined },
    ]);
  });

  test("of a service that is not there are told", async () => {
    const path = `${settings}/__proto__`;
    assertProblem(await api().overSocket({ path }), 404, "SC_SERVICE_UNKNOWN");
    const answer = await api().overSocket({ method: "PATCH", path, body: { x: 1 } });
    assertProblem(answer, 404, "SC_SERVICE_UNKNOWN");
  });

  const period = "autoSeconds must be a number from 0.05 to 60";
  const faulty: readonly (readonly [body: unknown, code: string, detail: string])[] = [
    [{ autoSeconds: 0.04 }, "SC_VALUE_OUT_OF_RANGE", period],
    [{ autoSeconds: -1 }, "SC_VALUE_OUT_OF_RANGE", period],
    [{ autoSeconds: 1e300 }, "SC_VALUE_OUT_OF_RANGE", period],
    ['{"autoSeconds":1e999}', "SC_VALUE_OUT_OF_RANGE", period],
    [{ autoSeconds: "5" }, "SC_REQUEST_INVALID", period],
    [{ autoSeconds: [1] }, "SC_REQUEST_INVALID", period],
    [{ drift: "ignore" }, "SC_REQUEST_INVALID", "drift must be one of adopt, repair, hold"],
    [
      { autoSeconds: 0, overcommit: 11 },
      "SC_VALUE_OUT_OF_RANGE",
      `${period}; overcommit must be a number from 0.1 to 10`,
    ],
    [
      { colour: 1, constructor: 1 },
      "SC_REQUEST_INVALID",
      ["colour", "constructor"]
        .map(
          (key) =>
            `${key} is not known; known here: autoSeconds, allSeconds, reservePercent, overcommit, drift, oomControl`,
        )
        .join("; "),
    ],
  ];
  for (const [body, code, detail] of faulty) {
    test(`are refused with field and bound: ${JSON.stringify(body)}`, async () => {
      const path = `${settings}/node-agent`;
      const answer = await api().overSocket({ method: "PATCH", path, body });
      assertProblem(answer, 400, code);
      assert.equal(answer.body.detail, detail);
      assert.equal(answer.body.field, detail.split(" ", 1)[0]);
      assert.deepEqual(api().documents.asked, []);
    });
  }

  for (const body of ['{"autoSeconds":NaN}', "{", "[]", "5", "null", '"x"', undefined]) {
    test(`are no ${body ?? "empty body"}`, async () => {
      const path = `${settings}/node-agent`;
      const answer = await api().overSocket({ method: "PATCH", path, body });
      assertProblem(answer, 400, "SC_REQUEST_INVALID");
      assert.deepEqual(api().documents.asked, []);
    });
  }
});

describe("a change made from a revision", () => {
  const changes = [
    { method: "PUT", path: `${rules}/mine`, body: event },
    { method: "DELETE", path: `${rules}/mine` },
    { method: "PATCH", path: `${settings}/guardian`, body: { isActive: false } },
  ] as const;

  for (const change of changes) {
    test(`says so: ${change.method}`, async () => {
      const headers = { "if-match": '"4"' };
      assert.equal((await api().overSocket({ ...change, headers })).status, 200);
      const [asked] = JSON.parse(JSON.stringify(api().documents.asked));
      assert.equal(asked.expectedRevision, 4);
    });

    test(`is refused when there is another: ${change.method}`, async () => {
      api().documents.refusal = { code: "SC_STORE_STALE_REVISION", detail: "revision 5 is there" };
      const answer = await api().overSocket({ ...change, headers: { "if-match": '"4"' } });
      assertProblem(answer, 409, "SC_STORE_STALE_REVISION");
      assert.equal(answer.headers.etag, undefined);
    });

    test(`is no guess: ${change.method}`, async () => {
      for (const revision of ["4", "*", 'W/"4"', '"-1"', '"4", "5"', '"NaN"', '"1e3"', "x"]) {
        const answer = await api().overSocket({ ...change, headers: { "if-match": revision } });
        assertProblem(answer, 400, "SC_REQUEST_INVALID");
        assert.equal(answer.body.field, "if-match");
      }
      assert.deepEqual(api().documents.asked, []);
    });
  }

  test("needs the token over TCP like every change", async () => {
    for (const change of changes) {
      assertProblem(await api().overTcp(change), 401, "SC_TOKEN_NEEDED");
    }
    assert.deepEqual(api().documents.asked, []);
  });
});

describe("whatever is sent as a document", () => {
  const keys = ["kind", "resource", "rescale", "condition", "eventsToRemove", "isActive", "x"];
  const words = fc.constantFrom("event", "request", "cpu", "mem", "up", "amount");
  const documents = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc.string(),
    fc
      .dictionary(fc.constantFrom(...keys), fc.oneof(fc.jsonValue(), words))
      .map((document) => JSON.stringify(document)),
  );

  test("no body makes the server fail", async () => {
    const targets = [
      { method: "PUT", path: `${rules}/mine` },
      { method: "PATCH", path: `${settings}/guardian` },
      { method: "DELETE", path: `${rules}/mine` },
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), documents, async (target, body) => {
        const { status, text } = await api().overSocket({ ...target, body });
        assert.ok(status < 500, text);
      }),
      { numRuns: 150 },
    );
    assert.deepEqual(api().errors, []);
  });

  test("more than 64 KiB is refused", async () => {
    const body = JSON.stringify({ ...event, condition: "x".repeat(65_536) });
    const answer = await api().overSocket({ method: "PUT", path: `${rules}/mine`, body });
    assertProblem(answer, 413, "SC_REQUEST_TOO_LARGE");
  });

  test("a condition nested as deep as fits is handed on and refused inside", async () => {
    api().documents.refusal = { code: "SC_RULE_INVALID", detail: "nested deeper than 32" };
    const depth = 7000;
    const condition = `${'{"!":['.repeat(depth)}true${"]}".repeat(depth)}`;
    const body = JSON.stringify(event).replace(/"condition":.*\}$/, `"condition":${condition}}`);
    const answer = await api().overSocket({ method: "PUT", path: `${rules}/mine`, body });
    assertProblem(answer, 400, "SC_RULE_INVALID");
    assert.deepEqual(api().errors, []);
  });
});
