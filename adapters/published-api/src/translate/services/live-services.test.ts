import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { resources, type ServiceSettings, wallSeconds } from "@sc/domain";
import { presetServiceSettings } from "@sc/domain/testing";
import type { SettingsView } from "@sc/ports";
import { FakeLiveDocuments } from "../../testing/fake-live-documents.ts";
import { fieldIn } from "../published-document.ts";
import { LiveServices } from "./live-services.ts";

const inForce: ServiceSettings = {
  ...presetServiceSettings,
  guardian: { ...presetServiceSettings.guardian, windowSeconds: 10 },
};

const viewOf = <Name extends keyof ServiceSettings>(service: Name) => ({
  service,
  revision: 0,
  values: { ...inForce[service] },
  presets: inForce[service],
});
const views = (): readonly SettingsView[] => [
  viewOf("node-agent"),
  viewOf("guardian"),
  viewOf("scaler"),
  viewOf("structure-snapshoter"),
  viewOf("database-snapshoter"),
  viewOf("sanity-checker"),
  viewOf("refeeder"),
];

function world() {
  const documents = new FakeLiveDocuments(views());
  const beats = new Map([
    ["guardian", wallSeconds(1_700_000_000.25)],
    ["refeeder", wallSeconds(1_700_000_001)],
  ]);
  const heartbeats = { lastBeat: (name: string) => beats.get(name) };
  const services = new LiveServices({ documents, heartbeats });
  const config = (name: string, key: string): unknown => {
    const found = services.find(name);
    assert.ok(found.ok);
    return fieldIn(fieldIn(found.value, "config"), key);
  };
  const set = async (name: string, values: Readonly<Record<string, unknown>>): Promise<string> => {
    const outcome = await services.setKeys(name, new Map(Object.entries(values)));
    return outcome.ok ? "taken" : outcome.error.detail;
  };
  const valuesOf = (service: keyof ServiceSettings): unknown => {
    const view = documents.settingsOf(service);
    return view.ok && view.value.values;
  };
  return { config, documents, services, set, valuesOf };
}

describe("the published services", () => {
  test("are listed by name, with their keys and a heartbeat where they run", () => {
    const { services } = world();
    assert.deepEqual(
      services.list().map((document) => fieldIn(document, "name")),
      [
        "database_snapshoter",
        "energy_controller",
        "guardian",
        "rebalancer",
        "refeeder",
        "sanity_checker",
        "scaler",
        "structures_snapshoter",
        "watt_trainer",
      ],
    );
    const guardian = services.find("guardian");
    assert.ok(guardian.ok);
    assert.equal(fieldIn(guardian.value, "heartbeat"), 1_700_000_000.25);
    assert.match(
      String(fieldIn(guardian.value, "heartbeat_human")),
      /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d$/,
    );
    assert.deepEqual(fieldIn(guardian.value, "config"), {
      ACTIVE: true,
      DEBUG: true,
      EVENT_TIMEOUT: 120,
      GUARDABLE_RESOURCES: resources,
      STRUCTURE_GUARDED: "container",
      WINDOW_DELAY: 20,
      WINDOW_TIMELAPSE: 10,
    });
    const refeeder = services.find("refeeder");
    assert.equal(refeeder.ok && fieldIn(refeeder.value, "heartbeat"), 1_700_000_001);
    const rebalancer = services.find("rebalancer");
    assert.equal(rebalancer.ok && fieldIn(rebalancer.value, "heartbeat"), "");
  });

  test("others are not known", async () => {
    const { services, set } = world();
    const unknown = services.find("nothing");
    assert.equal(!unknown.ok && unknown.error.code, "SC_SERVICE_UNKNOWN");
    assert.match(await set("nothing", { ACTIVE: true }), /no service nothing/);
  });
});

describe("a key that acts here", () => {
  const rows: readonly (readonly [string, string, unknown, keyof ServiceSettings, object])[] = [
    ["guardian", "ACTIVE", "false", "guardian", { isActive: false }],
    [
      "guardian",
      "WINDOW_TIMELAPSE",
      "5",
      "guardian",
      { windowSeconds: 5, eventTimeoutWindows: 24 },
    ],
    ["guardian", "EVENT_TIMEOUT", "80", "guardian", { eventTimeoutWindows: 8 }],
    ["guardian", "EVENT_TIMEOUT", 87, "guardian", { eventTimeoutWindows: 8 }],
    ["guardian", "EVENT_TIMEOUT", 3, "guardian", { eventTimeoutWindows: 1 }],
    ["guardian", "GUARDABLE_RESOURCES", ["cpu"], "guardian", { guardedResources: ["cpu"] }],
    ["guardian", "GUARDABLE_RESOURCES", ["energy"], "guardian", { guardedResources: [] }],
    ["scaler", "ACTIVE", "false", "scaler", { isActive: false }],
    [
      "structures_snapshoter",
      "POLLING_FREQUENCY",
      "7",
      "structure-snapshoter",
      { everySeconds: 7 },
    ],
    ["structures_snapshoter", "ACTIVE", false, "structure-snapshoter", { isActive: false }],
    ["database_snapshoter", "POLLING_FREQUENCY", "9", "database-snapshoter", { outputSeconds: 9 }],
    ["sanity_checker", "DELAY", "60", "sanity-checker", { everySeconds: 60 }],
  ];
  for (const [service, key, value, own, changed] of rows) {
    test(`${key} ${JSON.stringify(value)} of ${service} sets ${JSON.stringify(changed)} of ${own}`, async () => {
      const { set, valuesOf } = world();
      assert.equal(await set(service, { [key]: value }), "taken");
      assert.deepEqual(valuesOf(own), { ...inForce[own], ...changed });
    });
  }

  test("is told as it was set while it means what is in force, and else as what is", async () => {
    const { config, documents, set } = world();
    await set("guardian", { EVENT_TIMEOUT: "87", GUARDABLE_RESOURCES: ["cpu", "energy"] });
    assert.deepEqual(
      ["EVENT_TIMEOUT", "GUARDABLE_RESOURCES"].map((key) => config("guardian", key)),
      [87, ["cpu", "energy"]],
    );
    await documents.changeAll([
      {
        kind: "settings",
        service: "guardian",
        update: { eventTimeoutWindows: 6, guardedResources: ["mem"] },
      },
    ]);
    assert.deepEqual(
      ["EVENT_TIMEOUT", "GUARDABLE_RESOURCES"].map((key) => config("guardian", key)),
      [60, ["mem"]],
    );
  });

  test("is as long in windows of another length", async () => {
    const { config, set, valuesOf } = world();
    await set("guardian", { EVENT_TIMEOUT: 60 });
    await set("guardian", { WINDOW_TIMELAPSE: 5 });
    assert.deepEqual(valuesOf("guardian"), {
      ...inForce.guardian,
      windowSeconds: 5,
      eventTimeoutWindows: 12,
    });
    assert.equal(config("guardian", "EVENT_TIMEOUT"), 60);
  });

  test("changes with others at once or not at all", async () => {
    const { documents, set, valuesOf } = world();
    const refused = await set("guardian", { WINDOW_TIMELAPSE: 5, WINDOW_DELAY: -1 });
    assert.match(refused, /^WINDOW_DELAY bad content: is -1, expected a whole number from 0/);
    assert.deepEqual([documents.asked, valuesOf("guardian")], [[], inForce.guardian]);
    assert.equal(await set("guardian", { WINDOW_TIMELAPSE: 5, WINDOW_DELAY: 15 }), "taken");
    assert.equal(documents.asked.length, 2);
  });

  test("that is refused further in is named in the answer", async () => {
    const { documents, set } = world();
    documents.refusal = { code: "SC_VALUE_OUT_OF_RANGE", detail: "too much", at: 0 };
    assert.equal(await set("guardian", { EVENT_TIMEOUT: 5 }), "EVENT_TIMEOUT: too much");
  });
});

describe("a key without a meaning here", () => {
  test("is kept, answered, and leaves the others as they are", async () => {
    const { config, set } = world();
    assert.equal(await set("scaler", { POLLING_FREQUENCY: "7" }), "taken");
    assert.equal(await set("scaler", { REQUEST_TIMEOUT: "20", CHECK_CORE_MAP: "false" }), "taken");
    assert.deepEqual(
      ["ACTIVE", "POLLING_FREQUENCY", "REQUEST_TIMEOUT", "CHECK_CORE_MAP"].map((key) =>
        config("scaler", key),
      ),
      [true, 7, 20, false],
    );
  });

  test("of a service of ours must be one of its keys", async () => {
    const { set } = world();
    assert.match(
      await set("guardian", { WORK: "5" }),
      /WORK is no key of guardian; there are ACTIVE/,
    );
  });

  test("of a service that is not here may be any", async () => {
    const { config, set } = world();
    assert.equal(await set("rebalancer", { WHATEVER: "5", ACTIVE: "true" }), "taken");
    assert.deepEqual([config("rebalancer", "WHATEVER"), config("rebalancer", "ACTIVE")], [5, true]);
    assert.match(await set("rebalancer", { "no name": "5" }), /is no key of rebalancer/);
    assert.match(
      await set("rebalancer", { WHATEVER: { a: 1 } }),
      /expected true or false, a number/,
    );
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`K${at}`, "1"]));
    assert.match(await set("rebalancer", many), /has 100 keys at most/);
  });

  test("nothing at all is taken, and changes nothing", async () => {
    const { documents, set } = world();
    assert.equal(await set("guardian", {}), "taken");
    assert.deepEqual(documents.asked, []);
  });
});

/*
 * The published vectors of configuration checks (5.10). Published, a value is stored whatever it is, and
 * the service refuses to work until it is mended; ours refuses it when it is set.
 */
describe("5.10", () => {
  const rows: readonly (readonly [string, string, unknown, boolean, string?])[] = [
    ["guardian", "WINDOW_TIMELAPSE", 5, true],
    ["guardian", "WINDOW_TIMELAPSE", 4, true, "taken, because nothing here polls a database"],
    ["guardian", "WINDOW_TIMELAPSE", "abc", false],
    ["guardian", "WINDOW_TIMELAPSE", null, false],
    ["guardian", "WINDOW_DELAY", 4, true, "taken, because nothing waits for it"],
    ["guardian", "EVENT_TIMEOUT", 4, true, "taken, because it is one window at least"],
    ["guardian", "GUARDABLE_RESOURCES", ["cpu", "disk"], false],
    ["guardian", "GUARDABLE_RESOURCES", "cpu", false],
    ["guardian", "STRUCTURE_GUARDED", "host", false],
    ["guardian", "STRUCTURE_GUARDED", "user", true],
    ["scaler", "POLLING_FREQUENCY", 3, true],
    ["structures_snapshoter", "POLLING_FREQUENCY", 3, true],
    [
      "guardian",
      "UNKNOWN",
      1,
      false,
      "refused, because who mistyped a key would wait for its effect",
    ],
  ];
  for (const [service, key, value, isTaken, ours] of rows) {
    const said = ours === undefined ? "" : `; ours: ${ours}`;
    const verdict = isTaken ? "valid" : "invalid";
    test(`${key} ${JSON.stringify(value)} of ${service}: ${verdict}${said}`, async () => {
      assert.equal((await world().set(service, { [key]: value })) === "taken", isTaken);
    });
  }
});
