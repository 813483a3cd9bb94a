import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { servePublished } from "../../testing/serve.ts";

const { ask, fakes } = servePublished();

test("lists are JSON with sorted keys, with a slash and without", async () => {
  const text = '[{"config":{"WINDOW_TIMELAPSE":5},"name":"guardian","type":"service"}]\n';
  for (const path of ["/service/", "/service", "//service//"]) {
    assert.deepEqual(await ask("GET", path), { ...jsonAnswer, text }, path);
  }
  assert.equal((await ask("GET", "/rule/")).text, '[{"active":true,"name":"CpuRescaleUp"}]\n');
});

const jsonAnswer = { status: 200, type: "application/json", allow: null };

test("a document is found by its name, or not found", async () => {
  assert.equal(JSON.parse((await ask("GET", "/service/guardian")).text).name, "guardian");
  assert.equal(JSON.parse((await ask("GET", "/rule/CpuRescaleUp")).text).name, "CpuRescaleUp");
  for (const path of ["/service/gone", "/rule/gone", "/rule/%e2%82%ac"]) {
    const { status, text } = await ask("GET", path);
    assert.equal(status, 404, path);
    assert.match(JSON.parse(text).message, /not found/);
  }
});

describe("a key of a service", () => {
  const rows: readonly (readonly [key: string, sent: unknown, value: unknown])[] = [
    ["ACTIVE", "true", true],
    ["ACTIVE", "false", false],
    ["ACTIVE", true, true],
    ["WINDOW_TIMELAPSE", "5", 5],
    ["WINDOW_TIMELAPSE", 5, 5],
    ["DIFF_PERCENTAGE", "0.40", 0.4],
    ["STOLEN_PERCENTAGE", "1.0", 1],
    ["STRUCTURE_GUARDED", "container", "container"],
    ["ENERGY_MODEL_NAME", "5", "5"],
    ["GUARDABLE_RESOURCES", ["cpu", "mem"], ["cpu", "mem"]],
    ["MODELS_TO_TRAIN", "all", "all"],
  ];
  for (const [key, sent, value] of rows) {
    test(`${key} is set by ${JSON.stringify(sent)}`, async () => {
      const { status, text } = await ask("PUT", `/service/guardian/${key}`, { value: sent });
      assert.deepEqual([status, text], [200, "201\n"]);
      assert.deepEqual(fakes().services.asked, [["guardian", { [key]: value }]]);
    });
  }

  for (const body of [{}, [], null, { valu: 1 }, { value: null }, { value: {} }, 7, "{"]) {
    test(`is not set by ${JSON.stringify(body)}`, async () => {
      const { status } = await ask("PUT", "/service/guardian/ACTIVE", body);
      assert.equal(status, 400);
      assert.deepEqual(fakes().services.asked, []);
    });
  }

  test("is not set by what is not said to be JSON", async () => {
    assert.equal((await ask("PUT", "/service/guardian/ACTIVE")).status, 415);
  });
});

test("keys of a service are set together, as they were sent", async () => {
  const sent = { WINDOW_DELAY: 5, DEBUG: "true" };
  assert.equal((await ask("PUT", "/service/guardian", sent)).text, "201\n");
  assert.equal((await ask("PUT", "/service/guardian", [])).text, "201\n");
  assert.deepEqual(fakes().services.asked, [
    ["guardian", sent],
    ["guardian", {}],
  ]);
  assert.equal((await ask("PUT", "/service/guardian", [1])).status, 400);
  assert.equal((await ask("PUT", "/service/gone", {})).status, 404);
});

describe("a rule", () => {
  const rows: readonly (readonly [path: string, sent: unknown, asked: readonly unknown[]])[] = [
    ["activate", undefined, ["active", true]],
    ["deactivate", undefined, ["active", false]],
    // Said to be JSON, and empty.
    ["activate", "", ["active", true]],
    ["amount", { value: "75" }, ["amount", 75]],
    ["amount", { value: 75 }, ["amount", 75]],
    ["policy", { value: "proportional" }, ["policy", "proportional"]],
    ["events_required", { value: "2", event_type: "up" }, ["up", 2]],
    ["events_required", { value: 0, event_type: "down" }, ["down", 0]],
  ];
  for (const [path, sent, asked] of rows) {
    test(`is changed by ${path} ${JSON.stringify(sent)}`, async () => {
      const { status, text } = await ask("PUT", `/rule/CpuRescaleUp/${path}`, sent);
      assert.deepEqual([status, text], [200, "201\n"]);
      assert.deepEqual(fakes().rules.asked, [["CpuRescaleUp", ...asked]]);
      assert.equal((await ask("PUT", `/rule/gone/${path}`, sent)).status, 404);
    });
  }

  const refused: readonly (readonly [path: string, sent: unknown])[] = [
    ["amount", { value: "abc" }],
    ["amount", {}],
    ["amount", null],
    ["policy", { value: [] }],
    ["policy", {}],
    ["events_required", { event_type: "up" }],
    ["events_required", { value: "abc", event_type: "up" }],
    ["events_required", { value: "1.5", event_type: "up" }],
    ["events_required", { value: -1, event_type: "up" }],
    ["events_required", { value: 1, event_type: "sideways" }],
  ];
  for (const [path, sent] of refused) {
    test(`is not changed by ${path} ${JSON.stringify(sent)}`, async () => {
      const { status, text } = await ask("PUT", `/rule/CpuRescaleUp/${path}`, sent);
      assert.equal(status, 400);
      assert.match(JSON.parse(text).message, /./);
      assert.deepEqual(fakes().rules.asked, []);
    });
  }
});
