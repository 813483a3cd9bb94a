import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Document,
  type PolicyBook,
  type Resource,
  type RuleDocument,
  resources,
  type ServiceName,
} from "@sc/domain";
import { presetServiceSettings } from "@sc/domain/testing";
import { deskWith, deskWithoutDocuments, refusal } from "./document-desk-fixture.ts";

const twoEvents = { ">=": [{ var: "events.scale.up" }, 2] };

const quickRaise = (changed: object = {}): RuleDocument => ({
  kind: "request",
  name: "quick_raise",
  resource: "cpu",
  isActive: true,
  direction: "up",
  condition: twoEvents,
  rescale: { kind: "amount", amount: 20 },
  eventsToRemove: 2,
  ...changed,
});

const rulesFor = (resource: Resource, policies: PolicyBook) =>
  policies[resource].get("serverless-rules");

const changedPreset = (changed: object = {}): RuleDocument =>
  quickRaise({ name: "cpu_rescale_up", ...changed });

describe("rules", () => {
  test("are the presets of all resources while nothing was changed", async () => {
    const { desk } = await deskWith();
    assert.deepEqual(
      desk.rules().map(({ name, revision, origin }) => [name, revision, origin]),
      resources.flatMap((resource) =>
        ["exceeded_upper", "dropped_lower", "rescale_up", "rescale_down"].map((rule) => [
          `${resource}_${rule}`,
          0,
          "preset",
        ]),
      ),
    );
  });

  test("that people make are stored, listed after ours, and in force at once", async () => {
    const { desk, news, store } = await deskWith();
    const before = desk.policies();
    const answer = await desk.putRule("quick_raise", quickRaise(), undefined);
    assert.ok(answer.ok);
    assert.deepEqual(
      [answer.value.name, answer.value.revision, answer.value.origin],
      ["quick_raise", 1, "own"],
    );
    assert.equal(desk.rules().at(-1)?.name, "quick_raise");
    assert.notEqual(rulesFor("cpu", desk.policies()), rulesFor("cpu", before));
    assert.equal(
      rulesFor("mem", desk.policies()),
      rulesFor("mem", before),
      "memory begins nothing anew",
    );
    assert.deepEqual(news, [{ topic: "rules", data: answer.value }]);
    const stored = await store.load();
    assert.equal(stored.ok && stored.value.documents.length, 1);
  });

  test("of ours that were changed go back to their preset, and own ones are gone", async () => {
    const { desk, news } = await deskWith();
    await desk.putRule("cpu_rescale_up", changedPreset(), undefined);
    await desk.putRule("quick_raise", quickRaise(), undefined);
    const back = await desk.removeRule("cpu_rescale_up", 1);
    assert.equal(back.ok && back.value?.origin, "preset");
    assert.deepEqual(await desk.removeRule("quick_raise", undefined), {
      ok: true,
      value: undefined,
    });
    assert.equal(refusal(desk.rule("quick_raise"))?.code, "SC_RULE_UNKNOWN");
    assert.deepEqual(news.at(-1), {
      topic: "rules",
      data: { name: "quick_raise", isRemoved: true },
    });
  });

  test("that were never changed can be put back, which is no change", async () => {
    const { desk, news } = await deskWith();
    const answer = await desk.removeRule("cpu_rescale_up", undefined);
    assert.equal(answer.ok && answer.value?.revision, 0);
    assert.deepEqual(news, []);
    assert.equal(
      refusal(await desk.removeRule("cpu_rescale_up", 3))?.code,
      "SC_STORE_STALE_REVISION",
    );
  });

  test("that nobody knows cannot be removed", async () => {
    const { desk } = await deskWith();
    assert.equal(refusal(await desk.removeRule("bogus", undefined))?.code, "SC_RULE_UNKNOWN");
  });

  test("are not changed from a revision that is not the one stored", async () => {
    const { desk } = await deskWith();
    await desk.putRule("quick_raise", quickRaise(), 0);
    const answer = await desk.putRule("quick_raise", quickRaise({ eventsToRemove: 1 }), 0);
    assert.equal(refusal(answer)?.code, "SC_STORE_STALE_REVISION");
    const rule = desk.rule("quick_raise");
    assert.equal(rule.ok && rule.value.revision, 1);
  });

  const refused: readonly (readonly [why: string, rule: RuleDocument, field: string])[] = [
    ["does not type-check", quickRaise({ condition: "wrong" }), "condition"],
    ["needs more events than count", quickRaise({ eventsToRemove: 14 }), "eventsToRemove"],
    ["removes a part of an event", quickRaise({ eventsToRemove: 1.5 }), "eventsToRemove"],
    [
      "raises by less than nothing",
      quickRaise({ rescale: { kind: "amount", amount: -1 } }),
      "rescale.amount",
    ],
    [
      "raises by what is no number",
      quickRaise({ rescale: { kind: "proportional", amount: Number.NaN } }),
      "rescale.amount",
    ],
    [
      "asks for more events than ever count",
      quickRaise({ condition: { ">=": [{ var: "events.scale.up" }, 14] } }),
      "condition",
    ],
    ["has another name than asked for", quickRaise({ name: "other" }), "name"],
  ];
  for (const [why, rule, field] of refused) {
    test(`are refused where one ${why}, and nothing is stored`, async () => {
      const { desk, news, store } = await deskWith();
      const before = desk.policies();
      const problem = refusal(await desk.putRule("quick_raise", rule, undefined));
      assert.deepEqual([problem?.code, problem?.field], ["SC_RULE_INVALID", field]);
      const stored = await store.load();
      assert.equal(stored.ok && stored.value.documents.length, 0);
      assert.equal(desk.policies(), before);
      assert.deepEqual(news, []);
    });
  }

  test("that are false whatever happens are refused with that as the reason", async () => {
    const { desk } = await deskWith();
    const problem = refusal(
      await desk.putRule("quick_raise", quickRaise({ condition: false }), undefined),
    );
    assert.equal(
      problem?.detail,
      "condition: the rule can never fire: its condition is false whatever happens",
    );
  });

  for (const changed of [{ resource: "mem" }, { direction: "down" }, { kind: "event" }]) {
    const [field = ""] = Object.keys(changed);
    test(`of ours keep their ${field}`, async () => {
      const { desk } = await deskWith();
      const answer = await desk.putRule("cpu_rescale_up", changedPreset(changed), undefined);
      assert.equal(refusal(answer)?.field, field);
    });
  }

  for (const name of ["", "a b", "x".repeat(101), "ä", "a/b"]) {
    test(`cannot be called ${JSON.stringify(name).slice(0, 20)}`, async () => {
      const { desk } = await deskWith();
      const answer = await desk.putRule(name, quickRaise({ name }), undefined);
      assert.equal(refusal(answer)?.field, "name");
    });
  }

  test("that are stored and no longer compile are left out and told, the others are in force", async () => {
    const { desk } = await deskWith([
      { kind: "rule", name: "quick_raise", content: quickRaise() },
      {
        kind: "rule",
        name: "cpu_rescale_up",
        content: changedPreset({ condition: "wrong" }),
      },
    ]);
    assert.equal(desk.rules().length, 4 * resources.length + 1);
    const [problem, ...more] = desk.problems();
    assert.deepEqual([problem?.code, more.length], ["SC_RULE_INVALID", 0]);
    assert.match(problem?.text ?? "", /cpu_rescale_up is not in force/);
    await desk.removeRule("cpu_rescale_up", undefined);
    assert.deepEqual(desk.problems(), []);
  });

  test("that are not active may wait unfinished for more windows, but not for a mistake", async () => {
    const { desk } = await deskWith();
    await desk.putRule("quick_raise", quickRaise({ isActive: false }), undefined);
    const answer = await desk.updateSettings("guardian", { eventTimeoutWindows: 8 }, undefined);
    assert.ok(answer.ok);
  });
});

describe("settings", () => {
  test("are those of the configuration until they are set, and again after null", async () => {
    const { desk, news } = await deskWith();
    const set = await desk.updateSettings("scaler", { learningSeconds: 5 }, 0);
    assert.equal(set.ok && set.value.revision, 1);
    assert.equal(desk.inForce("scaler").learningSeconds, 5);
    assert.equal(desk.inForce("scaler").holdSeconds, presetServiceSettings.scaler.holdSeconds);
    assert.equal(news[0]?.topic, "settings");
    const back = await desk.updateSettings("scaler", { learningSeconds: null }, 1);
    assert.equal(back.ok && back.value.revision, 2);
    assert.deepEqual(desk.inForce("scaler"), presetServiceSettings.scaler);
  });

  test("are the same object until they change", async () => {
    const { desk } = await deskWith();
    const before = desk.inForce("guardian");
    await desk.updateSettings("scaler", { holdSeconds: 1 }, undefined);
    assert.equal(desk.inForce("guardian"), before);
  });

  test("of the guardian begin the policies anew, but for being active", async () => {
    const { desk } = await deskWith();
    const before = desk.policies();
    await desk.updateSettings("guardian", { isActive: false }, undefined);
    assert.equal(desk.policies(), before);
    await desk.updateSettings("guardian", { windowSeconds: 2 }, undefined);
    assert.notEqual(rulesFor("cpu", desk.policies()), rulesFor("cpu", before));
    assert.notEqual(rulesFor("mem", desk.policies()), rulesFor("mem", before));
  });

  test("can switch a configured window off; null puts it back to what is configured", async () => {
    const guardian = { ...presetServiceSettings.guardian, windowSeconds: 10 };
    const { desk } = await deskWith([], { ...presetServiceSettings, guardian });
    const windowOf = () => desk.rulesInForce("cpu").windowSeconds;
    assert.equal(windowOf(), 10);
    assert.ok((await desk.updateSettings("guardian", { windowSeconds: 0 }, undefined)).ok);
    assert.equal(windowOf(), undefined);
    await desk.updateSettings("guardian", { windowSeconds: null }, undefined);
    assert.equal(windowOf(), 10);
  });

  const refused: readonly (readonly [ServiceName, object, string])[] = [
    ["scaler", { holdSeconds: -1 }, "holdSeconds"],
    ["scaler", { holdSeconds: Number.NaN }, "holdSeconds"],
    ["scaler", { bogus: 1 }, "bogus"],
    ["scaler", { __proto__: null, constructor: 1 }, "constructor"],
    ["scaler", {}, "settings"],
    ["guardian", { windowSeconds: 0.05 }, "windowSeconds"],
    ["guardian", { eventTimeoutWindows: 4 }, "eventTimeoutWindows"],
    ["database-snapshoter", { rawHours: 200 }, "rawHours"],
    ["database-snapshoter", { minuteDays: 5 }, "minuteDays"],
  ];
  for (const [service, update, field] of refused) {
    test(`${service} refuses ${JSON.stringify(update)}, and nothing changes`, async () => {
      const { desk, store } = await deskWith();
      const problem = refusal(await desk.updateSettings(service, update, undefined));
      assert.deepEqual([problem?.code, problem?.field], ["SC_VALUE_OUT_OF_RANGE", field]);
      assert.deepEqual(desk.inForce(service), presetServiceSettings[service]);
      const stored = await store.load();
      assert.equal(stored.ok && stored.value.documents.length, 0);
    });
  }

  test("that contradict those of another service are refused there", async () => {
    const { desk } = await deskWith();
    await desk.updateSettings("guardian", { windowSeconds: 1 }, undefined);
    const answer = await desk.updateSettings("node-agent", { autoSeconds: 2 }, undefined);
    assert.equal(refusal(answer)?.field, "autoSeconds");
    const other = await desk.updateSettings("node-agent", { allSeconds: 2 }, undefined);
    assert.ok(other.ok);
  });

  test("of a service that nobody knows are refused", async () => {
    const { desk } = await deskWith();
    assert.equal(refusal(desk.settingsOf("bogus"))?.code, "SC_SERVICE_UNKNOWN");
    assert.equal(refusal(desk.settingsOf("constructor"))?.code, "SC_SERVICE_UNKNOWN");
  });

  test("that cannot be saved are not in force", async () => {
    const { desk, store } = await deskWith();
    store.refuse("disk full");
    const answer = await desk.updateSettings("scaler", { holdSeconds: 1 }, undefined);
    assert.equal(refusal(answer)?.code, "SC_STATE_NOT_SAVED");
    assert.equal(desk.inForce("scaler").holdSeconds, 600);
  });

  test("two changes at once are checked one after the other", async () => {
    const { desk } = await deskWith();
    const [window, period] = await Promise.all([
      desk.updateSettings("guardian", { windowSeconds: 1 }, undefined),
      desk.updateSettings("node-agent", { autoSeconds: 2 }, undefined),
    ]);
    assert.deepEqual([window.ok, period.ok], [true, false]);
  });
});

test("a change by another hand in the store is in force too", async () => {
  const { desk, store } = await deskWith();
  await store.save([
    {
      action: "put",
      document: { kind: "service", name: "scaler", content: { learningSeconds: 7 } },
    },
    { action: "put", document: { kind: "rule", name: "quick_raise", content: quickRaise() } },
  ]);
  assert.equal(desk.inForce("scaler").learningSeconds, 7);
  assert.equal(desk.rule("quick_raise").ok, true);
  await store.save([
    { action: "remove", kind: "service", name: "scaler" },
    { action: "remove", kind: "rule", name: "quick_raise" },
  ]);
  assert.equal(desk.inForce("scaler").learningSeconds, 300);
  assert.equal(desk.rule("quick_raise").ok, false);
});

test("while what is stored is not known, presets are in force and nothing can be set", async () => {
  const { desk, store } = deskWithoutDocuments();
  const answers = [
    await desk.putRule("quick_raise", quickRaise(), undefined),
    await desk.removeRule("cpu_rescale_up", undefined),
    await desk.updateSettings("scaler", { holdSeconds: 1 }, undefined),
  ];
  for (const answer of answers) assert.equal(refusal(answer)?.code, "SC_STATE_UNREADABLE");
  assert.equal(desk.inForce("scaler").holdSeconds, 600);
  const stored = await store.load();
  assert.equal(stored.ok && stored.value.documents.length, 0);
});

describe("a stored document that cannot be understood", () => {
  /** It is stored with revision 1, and whoever asks sees revision 0. */
  async function deskWithDamaged(document: Document) {
    const made = deskWithoutDocuments([document]);
    const fault = { code: "SC_DOCUMENT_INVALID", text: "no JSON", revision: 1 } as const;
    const { kind, name } = document;
    made.desk.take({ documents: [], faults: [{ ...fault, kind, name }] });
    return made;
  }
  const damagedRule = { kind: "rule", name: "cpu_rescale_up", content: changedPreset() } as const;
  const damagedSettings = { kind: "service", name: "scaler", content: { holdSeconds: 5 } } as const;

  test("makes way for the rule that is set by who saw none, and for no second one", async () => {
    const { desk } = await deskWithDamaged(damagedRule);
    const answer = await desk.putRule("cpu_rescale_up", changedPreset(), 0);
    assert.equal(answer.ok && answer.value.revision, 2);
    const late = await desk.putRule("cpu_rescale_up", changedPreset(), 0);
    assert.equal(refusal(late)?.code, "SC_STORE_STALE_REVISION");
  });

  test("makes way for settings in the same way", async () => {
    const { desk } = await deskWithDamaged(damagedSettings);
    assert.equal((await desk.updateSettings("scaler", { holdSeconds: 6 }, 0)).ok, true);
    assert.equal(desk.inForce("scaler").holdSeconds, 6);
  });

  test("is gone when the rule is put back to its preset", async () => {
    const { desk, store } = await deskWithDamaged(damagedRule);
    assert.equal((await desk.removeRule("cpu_rescale_up", undefined)).ok, true);
    const stored = await store.load();
    assert.deepEqual(stored.ok && stored.value.documents, []);
  });
});
