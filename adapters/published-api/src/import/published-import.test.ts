import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importWorld, layoutOf, raiseDocument } from "./import-fixture.ts";

describe("rules and services", () => {
  test("that differ are taken over together, with windows as long as they were made for", async () => {
    const { documents, take } = importWorld();
    const taken = await take({ "rules.json": [raiseDocument] });
    assert.ok(taken.ok);
    assert.deepEqual(
      taken.value.changes.map(({ field, text }) => `${field} ${text}`),
      [
        "rule CpuRescaleUp is taken over",
        "service guardian WINDOW_TIMELAPSE 10, EVENT_TIMEOUT 120",
      ].flatMap((each) => (each.startsWith("rule") ? [each] : [each, `${each} (kept)`])),
    );
    const rule = documents.rule("cpu_rescale_up");
    assert.ok(rule.ok && rule.value.rule.kind === "request");
    assert.deepEqual(rule.value.rule.rescale, { kind: "amount", amount: 120 });
    const settings = documents.settingsOf("guardian");
    assert.ok(settings.ok && settings.value.service === "guardian");
    assert.equal(settings.value.values.windowSeconds, 10);
  });

  test("that are in force already are no change", async () => {
    const { documents, take } = importWorld();
    const files = { "rules.json": [raiseDocument, { ...raiseDocument, amount: 120 }] };
    await take(files);
    documents.asked.splice(0);
    const again = await take(files);
    assert.deepEqual([again.ok && again.value.changes, documents.asked], [[], []]);
  });

  test("of a service document are its known keys, and the others are told", async () => {
    const { take } = importWorld();
    const document = { type: "service", name: "guardian", config: { WINDOW_DELAY: 10, WORK: 5 } };
    const taken = await take({ "services.json": [document, { type: "service", name: "atop" }] });
    assert.ok(taken.ok);
    assert.deepEqual(taken.value.leftOut, [
      { file: "services.json", field: "service guardian, WORK", text: "is not known" },
      { file: "services.json", field: "service atop", text: "is not known" },
    ]);
  });

  test("a rule with a policy that never acts is left out, one that is broken refuses all", async () => {
    const { documents, take } = importWorld();
    const modelling = { ...raiseDocument, name: "X", rescale_policy: "modelling" };
    const left = await take({ "rules.json": [modelling] });
    assert.match((left.ok && left.value.leftOut[0]?.text) || "", /never acts on/);
    documents.asked.splice(0);
    const broken = await take({
      "a.json": [raiseDocument],
      "b.json": [{ ...raiseDocument, amount: "many" }],
    });
    assert.ok(!broken.ok);
    assert.deepEqual(broken.error.faults, [
      {
        file: "b.json",
        field: "rule CpuRescaleUp, amount",
        text: "is no number, and amount needs one",
      },
    ]);
    assert.deepEqual(documents.asked, []);
  });
});

describe("a layout", () => {
  test("declares what is here, and leaves out what is on other hosts", async () => {
    const { bodies, made, take } = importWorld();
    const taken = await take({ "layout.json": layoutOf() });
    assert.ok(taken.ok, JSON.stringify(taken));
    assert.deepEqual(made, [
      "host host0",
      "container cont0",
      "container cont1",
      "application app1",
      "cont0 in app1",
      "cont1 in app1",
    ]);
    assert.deepEqual(
      taken.value.leftOut.map(({ field, text }) => `${field} ${text}`),
      [
        "host host1 is another host: a server scales its own",
        "container far0 is on host1, which is another host",
      ],
    );
    const [host, container, , application] = bodies.map((body) => Object(body));
    assert.deepEqual(host.resources, {
      cpu: { max: 400, free: 400 },
      mem: { max: 16_384, free: 16_384 },
    });
    assert.deepEqual(container.resources.cpu, {
      ...{ min: 50, max: 400, current: 100 },
      isGuarded: false,
      boundary: { percent: 10, of: "max" },
    });
    assert.equal(application.resources.cpu.max, 800);
  });

  test("with a most that is less than a container has now starts it there", async () => {
    const { bodies, take } = importWorld();
    const cont0 = { name: "cont0", cpu: 80, mem: { min: 64, max: 512 } };
    const taken = await take({
      "layout.json": { hosts: [{ name: "host0", containers: [cont0] }] },
    });
    assert.ok(taken.ok, JSON.stringify(taken));
    const { cpu, mem } = Object(bodies[1]).resources;
    assert.deepEqual([cpu.min, cpu.max, cpu.current], [50, 80, 80]);
    assert.deepEqual([mem.min, mem.max, mem.current], [64, 512, 100]);
  });

  test("changes nothing in a dry run, and says the same", async () => {
    const { documents, made, take } = importWorld();
    const dry = await take({ "layout.json": layoutOf(), "rules.json": [raiseDocument] }, true);
    assert.deepEqual(made, []);
    assert.ok(documents.rule("cpu_rescale_up").ok);
    const { take: takeAnew } = importWorld();
    assert.deepEqual(
      dry,
      await takeAnew({ "layout.json": layoutOf(), "rules.json": [raiseDocument] }),
    );
  });

  test("that is refused in the middle is taken back, the newest first", async () => {
    const { documents, made, take } = importWorld(["container cont1"]);
    const refused = await take({ "layout.json": layoutOf(), "rules.json": [raiseDocument] });
    assert.ok(!refused.ok);
    assert.deepEqual(refused.error.faults, [
      { file: "layout.json", field: "container cont1", text: "container cont1 cannot be" },
    ]);
    assert.deepEqual(made.slice(3), ["remove container cont0", "remove host host0"]);
    assert.deepEqual(documents.settingsOf("guardian").ok && documents.kept("kept-service"), []);
  });

  test("is told when it cannot be taken back", async () => {
    const { take } = importWorld(["container cont1", "remove host host0"]);
    const refused = await take({ "layout.json": layoutOf() });
    assert.match(
      (!refused.ok && refused.error.faults.at(-1)?.text) || "",
      /was declared and could not be taken back: remove host host0 cannot be/,
    );
  });

  test("leaves what is there as it is, and refuses a name that is something else", async () => {
    const { made, take, there } = importWorld();
    there.set("host0", { kind: "host" });
    there.set("cont0", { kind: "container" });
    await take({ "layout.json": layoutOf() });
    assert.deepEqual(made.slice(0, 2), ["container cont1", "application app1"]);
    there.set("app1", { kind: "user" });
    const refused = await take({ "layout.json": layoutOf() });
    assert.match((!refused.ok && refused.error.faults[0]?.text) || "", /name of a user/);
  });

  test("with a container on no host, or an entry without a name, is refused by its place", async () => {
    const { take } = importWorld();
    const refused = await take({
      "layout.json": { hosts: ["host0", "host1"], containers: ["cont0"], apps: [{}] },
    });
    assert.deepEqual(!refused.ok && refused.error.faults.map(({ field }) => field), [
      "container cont0",
      "apps.0",
    ]);
  });
});

test("documents of the database are declared with their limits, and what is free counts without them", async () => {
  const { bodies, take } = importWorld();
  const resource = { max: 200, min: 50, current: 100, guard: true };
  const disks = {
    sda: {
      type: "HDD",
      load: 1,
      path: "/data",
      max_read: 100,
      free_read: 60,
      max_write: 100,
      free_write: 100,
    },
  };
  const container = {
    type: "structure",
    subtype: "container",
    name: "cont0",
    host: "host0",
    host_rescaler_ip: "host0",
    host_rescaler_port: "8000",
    guard: true,
    resources: {
      cpu: resource,
      mem: resource,
      disk_read: { ...resource, current: 40 },
      disk_write: resource,
      disk: { name: "sda", path: "/data" },
    },
  };
  const boundary = { boundary: 25, boundary_type: "percentage_of_current" };
  const taken = await take({
    "structures.json": [
      {
        type: "structure",
        subtype: "host",
        name: "host0",
        host: "host0",
        host_rescaler_ip: "host0",
        host_rescaler_port: 8000,
        resources: {
          cpu: { max: 400, free: 250, core_usage_mapping: {} },
          mem: { max: 8192, free: 8000 },
          disks,
        },
      },
      container,
    ],
    "limits.json": [{ type: "limit", name: "cont0", resources: { cpu: boundary, mem: boundary } }],
  });
  assert.ok(taken.ok, JSON.stringify(taken));
  const [host, subscribed] = bodies.map((body) => Object(body));
  assert.deepEqual(host.resources.cpu, { max: 400, free: 350 });
  assert.deepEqual(host.disks[0].load, 0);
  assert.deepEqual(host.disks[0].read, { max: 100, free: 100 });
  assert.deepEqual(subscribed.resources.cpu.boundary, { percent: 25, of: "current" });
});

test("services_config.yml is read, and what it says is for our configuration to say", async () => {
  const { take } = importWorld();
  const taken = await take({
    "services_config.yml":
      "CONTAINER_ENGINE: lxc\nORCHESTRATOR_PORT: 5000\nCOUCHDB_URL: couchdb\nNEW: 1\n",
  });
  assert.ok(taken.ok);
  assert.deepEqual(
    taken.value.configuration.map(({ field, text }) => `${field} ${text}`),
    [
      "CONTAINER_ENGINE engines.lxc.enabled: true",
      'ORCHESTRATOR_PORT api.listen: "127.0.0.1:5000"',
    ],
  );
  assert.deepEqual(
    taken.value.leftOut.map(({ field, text }) => `${field} ${text}`),
    ["COUCHDB_URL has no part here", "NEW is not known"],
  );
});

describe("a file", () => {
  const rows: readonly (readonly [text: string, said: RegExp])[] = [
    ["{", /is neither JSON nor YAML/],
    ["a: [1", /is neither JSON nor YAML/],
    ["5", /holds neither documents nor keys/],
    ["", /holds neither documents nor keys/],
    ["a: 5", /is none of: documents with a type/],
    ["[5]", /is no object/],
    ['[{"type": "structure", "subtype": "moon", "name": "m"}]', /subtype is none of/],
    ['[{"type": "banana"}]', /type is none of rule/],
  ];
  for (const [text, said] of rows) {
    test(`that holds ${JSON.stringify(text)} is refused: ${said.source}`, async () => {
      const refused = await importWorld().take({ file: text });
      assert.match((!refused.ok && refused.error.faults[0]?.text) || "", said);
    });
  }
});
