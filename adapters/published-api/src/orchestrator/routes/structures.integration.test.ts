import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { servePublished } from "../../testing/serve.ts";

const { ask, errors, fakes } = servePublished();

const read = async (path: string): Promise<unknown> => {
  const { status, text } = await ask("GET", path);
  assert.equal(status, 200, `${path}: ${text}`);
  return JSON.parse(text);
};

describe("of structures", () => {
  test("the list has hosts, containers and applications, and no users", async () => {
    const { text } = await ask("GET", "/structure");
    const subtypes = [...text.matchAll(/"subtype":"(\w+)"/g)].map(([, subtype]) => subtype);
    assert.deepEqual(subtypes, ["host", "container", "application"]);
    assert.match(text, /^\[\{"host":"host0","host_rescaler_ip":"10.0.0.1"/);
  });

  test("a host is read with its cores, as keys in the order of texts, and its disks", async () => {
    const { text } = await ask("GET", "/structure/host0/resources");
    const part = JSON.parse(text);
    assert.deepEqual(part.mem, { max: 2048, free: 1024 });
    assert.deepEqual(part.cpu.core_usage_mapping["0"], { c1: 100, free: 0 });
    assert.match(text, /"1":\{"free":100\},"10":\{"free":100\},"11":\{"free":100\},"2"/);
    assert.deepEqual(part.disks.hdd_0, {
      type: "HDD",
      path: "/data",
      load: 1,
      max_read: 130,
      free_read: 100,
      max_write: 120,
      free_write: 90,
    });
  });

  test("a container is read with what is in force and used; -1 is a limit nobody knows", async () => {
    assert.deepEqual(await read("/structure/c1"), {
      name: "c1",
      type: "structure",
      subtype: "container",
      host: "host0",
      host_rescaler_ip: "10.0.0.1",
      host_rescaler_port: "8000",
      guard: true,
      resources: {
        cpu: { max: 200, min: 50, current: 100, usage: 42.5, guard: true, weight: 1.5 },
        mem: { max: 200, min: 50, current: -1, guard: false },
        disk: { name: "hdd_0", path: "/data" },
      },
    });
  });

  test("an application is read with its containers, its programs and its user", async () => {
    const { text } = await ask("GET", "/structure/app1");
    const application = JSON.parse(text);
    assert.deepEqual(application.containers, ["c1"]);
    assert.deepEqual([application.start_script, application.stop_script], ["start.sh", ""]);
    assert.deepEqual([application.user, application.state], [null, "stopped"]);
  });

  test("a part is read as it is, down to one value", async () => {
    assert.deepEqual(await read("/structure/c1/resources/mem/guard"), false);
    assert.equal((await ask("GET", "/structure/c1/resources/cpu/max")).text, "200\n");
    assert.equal((await ask("GET", "/structure/c1/resources/disk/name")).text, '"hdd_0"\n');
  });

  test("limits are those of what has a margin", async () => {
    const cpu = { boundary: 10, boundary_type: "percentage_of_max", upper: 80, lower: 60 };
    assert.deepEqual(await read("/structure/c1/limits"), { cpu });
    assert.deepEqual(await read("/structure/app1/limits/cpu"), cpu);
  });

  for (const path of [
    "/structure/gone",
    "/structure/alice",
    "/structure/gone/resources",
    "/structure/c1/resources/energy",
    "/structure/c1/resources/cpu/none",
    "/structure/c1/resources/cpu/constructor",
    "/structure/c1/resources/__proto__",
    "/structure/gone/limits",
    "/structure/host0/limits",
    "/structure/c1/limits/mem",
    "/structure/c1/limits/name",
    "/user/c1",
  ]) {
    test(`${path} is not found`, async () => {
      const { status, text } = await ask("GET", path);
      assert.equal(status, 404, text);
      assert.match(JSON.parse(text).message, /not found/);
    });
  }
});

const kinds = ["host", "container", "application"];
const cpu = { resources: { cpu: { max: 1, min: 0, guard: true, current: 1 }, mem: {} } };

describe("a change", () => {
  const subject = { name: "c1", kinds };
  const rows: readonly (readonly [method: string, path: string, sent: unknown, asked: unknown])[] =
    [
      ["PUT", "/structure/c1/guard", undefined, ["update", subject, { isGuarded: true }]],
      ["PUT", "/structure/c1/unguard", "", ["update", subject, { isGuarded: false }]],
      [
        "PUT",
        "/structure/c1/resources/cpu/guard",
        undefined,
        ["update", subject, { resources: { cpu: { isGuarded: true } } }],
      ],
      [
        "PUT",
        "/structure/c1/resources/unguard",
        { resources: ["cpu", "mem"] },
        [
          "update",
          subject,
          { resources: { cpu: { isGuarded: false }, mem: { isGuarded: false } } },
        ],
      ],
      [
        "PUT",
        "/structure/c1/resources/guard",
        { resources: [] },
        ["update", subject, { resources: {} }],
      ],
      ["PUT", "/structure/c1/state/RUNNING", undefined, ["update", subject, { state: "running" }]],
      [
        "PUT",
        "/structure/c1/resources/cpu/max",
        { value: "100" },
        ["update", subject, { resources: { cpu: { max: 100 } } }],
      ],
      [
        "PUT",
        "/structure/c1/resources/cpu/weight",
        { value: 1.5 },
        ["update", subject, { resources: { cpu: { weight: 1.5 } } }],
      ],
      [
        "PUT",
        "/structure/c1/resources/energy/current",
        { value: 50 },
        ["update", subject, { resources: { energy: { current: 50 } } }],
      ],
      [
        "PUT",
        "/structure/c1/limits/cpu/boundary",
        { value: "20" },
        ["update", subject, { resources: { cpu: { boundaryPercent: 20 } } }],
      ],
      [
        "PUT",
        "/structure/c1/limits/mem/boundary_type",
        { value: "percentage_of_current" },
        ["update", subject, { resources: { mem: { boundaryOf: "current" } } }],
      ],
      ["DELETE", "/structure/host/host0", undefined, ["removeHost", "host0"]],
      [
        "PUT",
        "/structure/host/host0/disks",
        { resources: { disks: [] } },
        ["addDisks", "host0", []],
      ],
      [
        "POST",
        "/structure/host/host0/disks",
        { resources: { disks: [{ name: "d", max_read: "7", max_write: 8 }] } },
        ["changeDisks", "host0", [{ name: "d", readMax: 7, writeMax: 8 }]],
      ],
      ["DELETE", "/structure/container/c1", undefined, ["desubscribe", "c1"]],
      [
        "PUT",
        "/structure/container/c1/app1",
        undefined,
        ["attachContainer", { container: "c1", application: "app1" }],
      ],
      [
        "DELETE",
        "/structure/container/c1/app1",
        undefined,
        ["detachContainer", { container: "c1", application: "app1" }],
      ],
      ["DELETE", "/structure/apps/app1", undefined, ["removeApplication", "app1"]],
      ["DELETE", "/user//alice", undefined, ["removeUser", "alice"]],
      [
        "PUT",
        "/user/clusters/alice/app1",
        undefined,
        ["attachApplication", { user: "alice", application: "app1" }],
      ],
      ...["/user/clusters/alice/app1", "/user/clusters/alice/app1/"].map(
        (path) =>
          [
            "DELETE",
            path,
            undefined,
            ["detachApplication", { user: "alice", application: "app1" }],
          ] as const,
      ),
      [
        "PUT",
        "/user/alice/resources/cpu/max",
        { value: "500" },
        ["update", { name: "alice", kinds: ["user"] }, { resources: { cpu: { max: 500 } } }],
      ],
    ];
  for (const [method, path, sent, asked] of rows) {
    test(`${method} ${path} ${JSON.stringify(sent)} is passed on`, async () => {
      const { status, text, type } = await ask(method, path, sent);
      assert.deepEqual([status, text, type], [200, "201\n", "application/json"]);
      assert.deepEqual(fakes().catalogue.asked, [asked]);
    });
  }

  const refused: readonly (readonly [path: string, sent: unknown])[] = [
    ["/structure/c1/resources/gpu/max", { value: 1 }],
    ["/structure/c1/resources/cpu/current", { value: 1 }],
    ["/structure/c1/resources/energy/shares", { value: 1 }],
    ["/structure/c1/resources/cpu/max", { value: "abc" }],
    ["/structure/c1/resources/cpu/max", { value: null }],
    ["/structure/c1/resources/cpu/max", { value: -1 }],
    ["/structure/c1/resources/cpu/max", {}],
    ["/structure/c1/resources/cpu/max", "["],
    ["/structure/c1/state/dancing", undefined],
    ["/structure/c1/resources/gpu/guard", undefined],
    ["/structure/c1/resources/guard", {}],
    ["/structure/c1/resources/guard", { resources: 7 }],
    ["/structure/c1/resources/guard", { resources: ["cpu", "gpu"] }],
    ["/structure/c1/limits/cpu/boundary", { value: 350 }],
    ["/structure/c1/limits/cpu/boundary", {}],
    ["/structure/c1/limits/cpu/boundary_type", { value: "of_max" }],
    ["/structure/host/guard", cpu],
    ["/structure/container/c1", { container: cpu, limits: cpu }],
    ["/structure/apps/a", { app: cpu, limits: cpu }],
    ["/user/u", { user: cpu }],
    ["/user/alice/resources/cpu/weight", { value: 1 }],
    ["/user/alice/resources/energy/current", { value: 1 }],
  ];
  for (const [path, sent] of refused) {
    test(`${path} ${JSON.stringify(sent)} is refused, and nothing is asked for`, async () => {
      const { status, text } = await ask("PUT", path, sent);
      assert.equal(status, 400, text);
      assert.deepEqual(Object.keys(JSON.parse(text)), ["code", "message"]);
      assert.deepEqual(fakes().catalogue.asked, []);
    });
  }
});

test("what the catalogue refuses is answered with its words, and 400 or 404", async () => {
  const rows = [
    ["SC_STRUCTURE_UNKNOWN", 404],
    ["SC_STRUCTURE_EXISTS", 400],
    ["SC_ALREADY_SUBSCRIBED", 400],
    ["SC_HOST_UNREACHABLE", 400],
    ["SC_STATE_NOT_SAVED", 503],
  ] as const;
  for (const [code, expected] of rows) {
    fakes().catalogue.problem = { code, detail: "it already exists" };
    const { status, text } = await ask("PUT", "/structure/container/c1/app1");
    assert.equal(status, expected);
    assert.equal(JSON.parse(text).code, code);
    assert.match(JSON.parse(text).message, /already exists/);
  }
});

test("a path with a name that is encoded names what it stands for", async () => {
  await ask("PUT", "/structure/a%2Fb%20c/guard");
  const [, subject] = fakes().catalogue.asked[0] ?? [];
  assert.deepEqual(subject, { name: "a/b c", kinds });
});

test("a fault of ours is told without its inside, and logged", async () => {
  Object.assign(fakes().catalogue, { hosts: null });
  const { status, text } = await ask("GET", "/structure/");
  assert.equal(status, 500);
  assert.doesNotMatch(text, /hosts/);
  assert.equal(errors.length, 1);
});
