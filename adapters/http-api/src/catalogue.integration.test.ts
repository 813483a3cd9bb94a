import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, useApi } from "./testing/api-harness.ts";
import { application, container, host, user } from "./testing/fake-catalogue.ts";

const api = useApi();
const at = (path: string): string => `/api/v1${path}`;
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const agent = { address: "10.0.0.7", port: 8000 };
const boundary = { percent: 25, of: "current" };
const declarations = {
  "/hosts/host1": {
    agent,
    placement: "pinned",
    resources: { cpu: { max: 800 }, energy: { max: 90, free: 80 } },
    disks: [
      {
        name: "ssd",
        type: "SSD",
        path: "/",
        load: 0,
        read: { max: 5 },
        write: { max: 6, free: 2 },
      },
    ],
  },
  "/subscriptions/web": {
    host: "host1",
    agent,
    isGuarded: true,
    resources: {
      cpu: { min: 50, max: 300, current: 100, isGuarded: true, weight: 1.5, boundary },
      energy: { min: 0, max: 50, current: 20, isGuarded: false },
    },
    disk: { name: "ssd", path: "/mnt/ssd/web" },
    policy: "serverless-rules",
  },
  "/applications/shop": {
    isGuarded: false,
    state: "hdfs_uploading",
    resources: { cpu: { min: 0, max: 400, isGuarded: true, boundary } },
    programs: { ...application.programs, framework: "hadoop" },
  },
  "/users/ann": { resources: { mem: { min: 0, max: 4096 } }, balancingMethod: "x" },
};
const calls: Readonly<Record<string, string>> = {
  "/hosts/host1": "declareHost",
  "/subscriptions/web": "subscribe",
  "/applications/shop": "declareApplication",
  "/users/ann": "declareUser",
};

for (const [path, list, view, remove] of [
  ["/hosts/host1", "hosts", host, "removeHost"],
  ["/subscriptions/web", "subscriptions", container, "desubscribe"],
  ["/applications/shop", "applications", application, "removeApplication"],
  ["/users/ann", "users", user, "removeUser"],
] as const) {
  describe(path, () => {
    test("is in its list, and read alone with its revision in etag", async () => {
      const all = await api().overSocket({ path: at(`/${list}`) });
      assert.deepEqual(all.body, { [list]: [asJson(view)] });
      const one = await api().overSocket({ path: at(path) });
      assert.deepEqual(one.body, asJson(view));
      assert.equal(one.headers.etag, '"3"');
    });

    test("is declared as it was sent, every field of it", async () => {
      const body = declarations[path];
      const answer = await api().overSocket({ method: "PUT", path: at(path), body });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(api().catalogue.asked, [[calls[path], view.name, body]]);
      assert.equal(answer.headers.etag, '"3"');
    });

    test("is changed from the revision that was looked at, and under its own kind alone", async () => {
      const body = { isGuarded: true, resources: { cpu: { max: 5 }, disk: { min: 1 } } };
      const headers = { "if-match": '"3"' };
      const answer = await api().overSocket({ method: "PATCH", path: at(path), body, headers });
      assert.equal(answer.status, 200, answer.text);
      const subject = { name: view.name, kinds: [view.kind] };
      assert.deepEqual(api().catalogue.asked, [["update", subject, body, 3]]);
    });

    test("is removed, from a revision too", async () => {
      const headers = { "if-match": '"3"' };
      const answer = await api().overSocket({ method: "DELETE", path: at(path), headers });
      assert.deepEqual(answer.body, { name: view.name });
      assert.deepEqual(api().catalogue.asked, [[remove, view.name, 3]]);
    });

    test("that is not there is told, and what is malformed by its field", async () => {
      const nothing = at(path.replace(view.name, "nothing"));
      assertProblem(await api().overSocket({ path: nothing }), 404, "SC_STRUCTURE_UNKNOWN");
      for (const [method, body, field] of [
        ["PATCH", { resources: { cpu: { min: "5" } } }, "resources.cpu.min"],
        ["PATCH", { resources: { cpu: { min: -1 } } }, "resources.cpu.min"],
        ["PATCH", { resources: { gpu: { min: 1 } } }, "resources.gpu"],
        ["PUT", { ...declarations[path], more: 1 }, "more"],
        ["PUT", { ...declarations[path], resources: undefined }, "resources"],
      ] as const) {
        const answer = await api().overSocket({ method, path: at(path), body });
        assertProblem(answer, 400, "SC_REQUEST_INVALID");
        assert.equal(answer.body.field, field);
      }
      assert.deepEqual(api().catalogue.asked, []);
    });
  });
}

describe("members and disks", () => {
  for (const [method, path, asked] of [
    ["PUT", "/applications/shop/containers/web", "attachContainer"],
    ["DELETE", "/applications/shop/containers/web", "detachContainer"],
    ["PUT", "/users/ann/applications/shop", "attachApplication"],
    ["DELETE", "/users/ann/applications/shop", "detachApplication"],
  ] as const) {
    test(`${method} ${path} moves the member`, async () => {
      const answer = await api().overSocket({ method, path: at(path) });
      assert.equal(answer.status, 200, answer.text);
      const membership = path.startsWith("/users")
        ? { application: "shop", user: "ann" }
        : { container: "web", application: "shop" };
      assert.deepEqual(api().catalogue.asked, [[asked, membership]]);
    });
  }

  test("are added and changed by name", async () => {
    const { disks } = declarations["/hosts/host1"];
    const path = at("/hosts/host1/disks");
    await api().overSocket({ method: "PUT", path, body: { disks } });
    const faster = [{ name: "ssd", readMax: 1, writeMax: 2 }];
    await api().overSocket({ method: "PATCH", path, body: { disks: faster } });
    assert.deepEqual(api().catalogue.asked, [
      ["addDisks", "host1", disks],
      ["changeDisks", "host1", faster],
    ]);
  });
});

test("what is refused inside has its code, its status and its words", async () => {
  const detail = "Structure container with name web already exists";
  api().catalogue.refusal = { code: "SC_STRUCTURE_EXISTS", detail };
  const body = declarations["/subscriptions/web"];
  const answer = await api().overSocket({ method: "PUT", path: at("/subscriptions/web"), body });
  assertProblem(answer, 409, "SC_STRUCTURE_EXISTS");
  assert.equal(answer.body.detail, detail);
});
