import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleDocument } from "@sc/domain";
import type { LiveChange } from "@sc/ports";
import { deskWith } from "./document-desk-fixture.ts";

const patientRaise: RuleDocument = {
  kind: "request",
  name: "patient_raise",
  resource: "cpu",
  isActive: true,
  direction: "up",
  condition: { ">=": [{ var: "events.scale.up" }, 20] },
  rescale: { kind: "amount", amount: 20 },
  eventsToRemove: 20,
};
const rule: LiveChange = { kind: "rule", name: patientRaise.name, rule: patientRaise };
const longerTimeout: LiveChange = {
  kind: "settings",
  service: "guardian",
  update: { eventTimeoutWindows: 30 },
};
const kept: LiveChange = {
  kind: "kept-service",
  name: "watt_trainer",
  content: { MODELS_TO_TRAIN: ["all"] },
};

test("a rule and the setting it needs come together, in either order", async () => {
  for (const changes of [
    [rule, longerTimeout],
    [longerTimeout, rule],
  ]) {
    const { desk } = await deskWith();
    assert.deepEqual(await desk.changeAll([...changes, kept]), { ok: true, value: undefined });
    assert.equal(desk.inForce("guardian").eventTimeoutWindows, 30);
    assert.deepEqual(desk.rulesInForce("cpu").requestRules.at(-1)?.name, "patient_raise");
    assert.deepEqual(desk.kept("kept-service"), [
      {
        kind: "kept-service",
        name: "watt_trainer",
        content: { MODELS_TO_TRAIN: ["all"] },
        revision: 1,
      },
    ]);
  }
});

test("one change that is refused leaves all as it was, and is named", async () => {
  const { desk, news, store } = await deskWith();
  const refused = await desk.changeAll([kept, longerTimeout, { ...rule, name: "another" }]);
  assert.ok(!refused.ok);
  assert.deepEqual([refused.error.code, refused.error.at], ["SC_RULE_INVALID", 2]);
  assert.equal(desk.inForce("guardian").eventTimeoutWindows, 12);
  const stored = await store.load();
  assert.deepEqual([news, stored.ok && stored.value.documents], [[], []]);
});

test("a time-out that leaves a rule behind is taken when that rule is changed with it", async () => {
  const { desk } = await deskWith();
  assert.ok((await desk.changeAll([rule, longerTimeout])).ok);
  const shorter: LiveChange = {
    kind: "settings",
    service: "guardian",
    update: { eventTimeoutWindows: 12 },
  };
  const alone = await desk.changeAll([shorter]);
  assert.deepEqual(!alone.ok && [alone.error.field, alone.error.at], ["eventTimeoutWindows", 0]);
  const inactive: LiveChange = {
    ...rule,
    rule: {
      ...patientRaise,
      isActive: true,
      eventsToRemove: 2,
      condition: { ">=": [{ var: "events.scale.up" }, 2] },
    },
  };
  assert.ok((await desk.changeAll([shorter, inactive])).ok);
});

test("a dry run checks everything and changes nothing", async () => {
  const { desk, store } = await deskWith();
  const dry = { isDryRun: true };
  assert.ok((await desk.changeAll([rule, longerTimeout, kept], dry)).ok);
  assert.equal((await desk.changeAll([rule], dry)).ok, false);
  const stored = await store.load();
  assert.deepEqual(stored.ok && stored.value.documents, []);
});

test("a change made from an old revision changes nothing at all", async () => {
  const { desk } = await deskWith();
  assert.ok((await desk.changeAll([longerTimeout])).ok);
  const stale = await desk.changeAll([kept, { ...longerTimeout, expectedRevision: 0 }]);
  assert.equal(!stale.ok && stale.error.code, "SC_STORE_STALE_REVISION");
  assert.deepEqual(desk.kept("kept-service"), []);
});

test("what is kept is bounded in size and number", async () => {
  const { desk } = await deskWith();
  const tooLarge: LiveChange = { ...kept, content: { text: "x".repeat(20_000) } };
  assert.equal((await desk.changeAll([tooLarge])).ok, false);
  const many = Array.from(
    { length: 500 },
    (_, index): LiveChange => ({ ...kept, name: `n${index}` }),
  );
  assert.ok((await desk.changeAll(many)).ok);
  assert.equal((await desk.changeAll([kept])).ok, false);
  assert.ok((await desk.changeAll([{ ...kept, name: "n7" }])).ok);
});
