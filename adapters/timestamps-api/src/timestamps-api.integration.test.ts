import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { startTimestampsApi, type TimestampsApi } from "./start-timestamps-api.ts";
import { FakeExperiments } from "./testing/fake-experiments.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };
const experiment = { experiment_id: "load", username: "ana", start_time: 1_700_000_000 };
const ofTest = (name: string) => ({
  experiment_id: "load",
  username: "ana",
  test_name: name,
  test_id: `load_${name}`,
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReturnType<typeof JSON.parse>;
}

let experiments: FakeExperiments;
let api: TimestampsApi;
let mayAsk = true;
beforeEach(async () => {
  mayAsk = true;
  experiments = new FakeExperiments();
  const options = { experiments, mayAsk: () => mayAsk, log };
  api = await startTimestampsApi({ ...options, listen: "127.0.0.1:0" });
});
afterEach(() => api.close());

async function ask(
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`http://127.0.0.1:${api.port}/${path}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: text }),
  });
  const answered = await response.text();
  const parsed = answered === "" ? undefined : JSON.parse(answered);
  return { status: response.status, headers: response.headers, body: parsed };
}

const where = (condition: object): string => encodeURIComponent(JSON.stringify(condition));
const find = (collection: string, condition: object) =>
  ask("GET", `${collection}/?where=${where(condition)}`);

describe("the calls of the published client", () => {
  test("an experiment is begun, found, ended and deleted", async () => {
    const added = await ask("POST", "experiments", { body: experiment });
    assert.deepEqual([added.status, added.body._status], [201, "OK"]);

    const found = await find("experiments", { experiment_id: "load", username: "ana" });
    assert.equal(found.status, 200);
    const [item] = found.body._items;
    assert.deepEqual([item._id, item._etag], [added.body._id, added.body._etag]);
    assert.deepEqual(found.body._meta, { page: 1, max_results: 25, total: 1 });

    // The client sends what it got, with the end merged in.
    const ended = await ask("PUT", `experiments/${item._id}`, {
      body: { ...item, end_time: 1_700_000_600 },
      headers: { "If-Match": item._etag },
    });
    assert.equal(ended.status, 200);
    const [again] = (await find("experiments", { experiment_id: "load" })).body._items;
    assert.deepEqual([again.start_time, again.end_time], [1_700_000_000, 1_700_000_600]);
    assert.notEqual(again._etag, item._etag);

    const headers = { "If-Match": again._etag };
    const deleted = await ask("DELETE", `experiments/${item._id}`, { headers });
    assert.deepEqual([deleted.status, deleted.body], [204, undefined]);
    assert.deepEqual((await find("experiments", { experiment_id: "load" })).body._items, []);
  });

  test("tests of an experiment are found by their name", async () => {
    for (const name of ["a", "b"]) {
      const body = { ...ofTest(name), tags: ["nightly", name] };
      assert.equal((await ask("POST", "tests", { body })).status, 201);
    }
    const one = { experiment_id: "load", test_name: "b", username: "ana" };
    const { _items: items } = (await find("tests", one)).body;
    assert.deepEqual(
      items.map((item: { test_id: string; tags: string[] }) => [item.test_id, item.tags]),
      [["load_b", ["nightly", "b"]]],
    );
    assert.equal((await find("tests", { tags: "nightly" })).body._meta.total, 2);
    assert.equal((await find("tests", { experiment_id: "load" })).body._meta.total, 2);
  });

  test("a collection and a document are there with a slash at their end and without", async () => {
    const { _id: id } = (await ask("POST", "experiments/", { body: experiment })).body;
    for (const path of ["experiments", "experiments/", `experiments/${id}`, `experiments/${id}/`]) {
      assert.equal((await ask("GET", path)).status, 200, path);
    }
    assert.equal((await ask("GET", "")).body._links.child.length, 2);
  });

  test("a list is followed by its links until all of it was seen", async () => {
    for (let at = 0; at < 60; at += 1) {
      const body = { ...experiment, experiment_id: `e${at}`, username: at < 55 ? "ana" : "bob" };
      await ask("POST", "experiments", { body });
    }
    const seen: string[] = [];
    let path: string | undefined = `experiments/?where=${where({ username: "ana" })}`;
    for (let page = 0; path !== undefined && page < 10; page += 1) {
      const { body } = await ask("GET", path);
      seen.push(...body._items.map((item: { experiment_id: string }) => item.experiment_id));
      const { page: at, max_results: size, total } = body._meta;
      path = at * size < total ? body._links.next.href : undefined;
      if (path === undefined) assert.equal(body._links.next, undefined);
    }
    assert.equal(new Set(seen).size, 55);
    assert.equal(seen.length, 55);
  });

  test("an etag that was left over from a change is nothing to a new document", async () => {
    const headers = { "If-Match": "of another" };
    const added = await ask("POST", "experiments", { body: experiment, headers });
    assert.equal(added.status, 201);
  });

  test("the viewer, a page of elsewhere, may ask before it asks", async () => {
    const headers = {
      origin: "http://viewer.example",
      "access-control-request-method": "DELETE",
      "access-control-request-headers": "If-Match",
    };
    const { status, headers: told } = await ask("OPTIONS", "experiments/5", { headers });
    assert.equal(status, 200);
    assert.equal(told.get("access-control-allow-origin"), "*");
    assert.match(told.get("access-control-allow-headers") ?? "", /Content-Type.*If-Match/);
    assert.match(told.get("access-control-allow-methods") ?? "", /DELETE/);
    const answer = await ask("GET", "experiments", { headers });
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  });
});

describe("what is refused, with a reason", () => {
  let id: string;
  let etag: string;
  beforeEach(async () => {
    const { body } = await ask("POST", "experiments", { body: experiment });
    [id, etag] = [body._id, body._etag];
  });

  test("a change without an etag (428), and one of an old state (412)", async () => {
    const body = experiment;
    for (const method of ["PUT", "DELETE"]) {
      const content = method === "PUT" ? { body } : {};
      assert.equal((await ask(method, `experiments/${id}`, content)).status, 428);
      const headers = { "If-Match": "0".repeat(40) };
      assert.equal((await ask(method, `experiments/${id}`, { ...content, headers })).status, 412);
    }
    assert.equal((await ask("GET", `experiments/${id}`)).body._etag, etag);
  });

  const faults: readonly (readonly [what: string, body: object, issues: object])[] = [
    [
      "without what must be there",
      {},
      { experiment_id: "required field", username: "required field" },
    ],
    [
      "with a time as text",
      { ...experiment, start_time: "1" },
      { start_time: "must be of integer type" },
    ],
    ["with a time of no day", { ...experiment, end_time: 0 }, { end_time: "min value is 1" }],
    ["with a field of its own", { ...experiment, more: 1 }, { more: "unknown field" }],
    ["with a field of tests", { ...experiment, test_id: "x" }, { test_id: "unknown field" }],
    [
      "with a name that is a list",
      { ...experiment, username: [] },
      { username: "must be of string type" },
    ],
  ];
  for (const [what, body, issues] of faults) {
    test(`a document ${what} (422)`, async () => {
      const posted = await ask("POST", "experiments", { body });
      assert.deepEqual([posted.status, posted.body._issues], [422, issues]);
      const put = await ask("PUT", `experiments/${id}`, { body, headers: { "If-Match": etag } });
      assert.deepEqual([put.status, put.body._issues], [422, issues]);
    });
  }

  const conditions = [
    '{"experiment_id": {"$ne": null}}',
    '{"$where": "sleep(1000)"}',
    '{"__proto__": {"a": 1}}',
    'experiment_id=="load"',
    "[]",
    "null",
    `{"username": "${"u".repeat(3000)}"}`,
  ];
  for (const condition of conditions) {
    test(`the condition ${condition.slice(0, 40)} (400)`, async () => {
      const { status } = await ask("GET", `experiments?where=${encodeURIComponent(condition)}`);
      assert.equal(status, 400);
    });
  }

  test("a quote in a name is a quote", async () => {
    const experiment_id = 'it\'s "mine"';
    await ask("POST", "experiments", { body: { ...experiment, experiment_id } });
    assert.equal((await find("experiments", { experiment_id })).body._meta.total, 1);
    assert.equal((await find("experiments", { experiment_id: "it's" })).body._meta.total, 0);
  });

  const requests: readonly (readonly [
    method: string,
    path: string,
    body: unknown,
    status: number,
  ])[] = [
    ["POST", "experiments", "{", 400],
    ["POST", "experiments", "[]", 400],
    ["POST", "experiments", "x".repeat(70_000), 413],
    ["GET", "experiments/none", undefined, 404],
    ["GET", "others", undefined, 404],
    ["PATCH", "experiments", "{}", 405],
    ["GET", "experiments?page=x", undefined, 400],
    ["GET", "experiments/%ff", undefined, 400],
  ];
  for (const [method, path, body, status] of requests) {
    test(`${method} ${path} ${String(body).slice(0, 5)} (${status})`, async () => {
      const answer = await ask(method, path, body === undefined ? {} : { body });
      assert.deepEqual([answer.status, answer.body._status], [status, "ERR"]);
    });
  }

  test("whoever may not ask (403)", async () => {
    mayAsk = false;
    assert.equal((await ask("GET", "experiments")).status, 403);
  });

  test("what cannot be read or saved just now (503)", async () => {
    experiments.failure = { code: "SC_STATE_NOT_SAVED", message: "no space left" };
    assert.equal((await ask("POST", "experiments", { body: experiment })).status, 503);
    assert.equal((await ask("GET", "experiments")).status, 503);
  });
});
