import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeLiveDocuments } from "../../testing/fake-live-documents.ts";
import { fieldIn, type PublishedDocument } from "../published-document.ts";
import { LiveRules } from "./live-rules.ts";

const events = (direction: string) => ({ var: `events.scale.${direction}` });

function world() {
  const documents = new FakeLiveDocuments();
  const rules = new LiveRules(documents);
  const rule = (name: string): PublishedDocument => {
    const found = rules.find(name);
    assert.ok(found.ok, name);
    return found.value;
  };
  return { documents, rules, rule };
}

describe("the rules of the published framework", () => {
  test("are all there under their names, and those of the network beside them", () => {
    const names = world()
      .rules.list()
      .map((rule) => fieldIn(rule, "name"));
    for (const name of [
      ...["cpu_exceeded_upper", "cpu_dropped_lower", "CpuRescaleUp", "CpuRescaleDown"],
      ...["mem_exceeded_upper", "mem_dropped_lower", "MemRescaleUp", "MemRescaleDown"],
      ...["disk_read_exceeded_upper", "disk_read_dropped_lower"],
      ...["Disk_readRescaleUp", "Disk_readRescaleDown"],
      ...["disk_write_exceeded_upper", "disk_write_dropped_lower"],
      ...["Disk_writeRescaleUp", "Disk_writeRescaleDown"],
      ...["net_exceeded_upper", "net_dropped_lower", "NetRescaleUp", "NetRescaleDown"],
      ...["energy_exceeded_upper", "energy_dropped_lower_and_cpu_exceeded_upper"],
      ...["EnergyRescaleUp", "EnergyRescaleDown", "cpu_usage_low", "cpu_usage_high"],
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.equal(names.length, 26);
  });

  test("have the published shape", () => {
    const { rule } = world();
    assert.deepEqual(rule("CpuRescaleUp"), {
      _id: "CpuRescaleUp",
      name: "CpuRescaleUp",
      type: "rule",
      resource: "cpu",
      active: true,
      generates: "requests",
      action: { requests: ["CpuRescaleUp"] },
      rule: { and: [{ ">=": [events("up"), 2] }, { "<=": [events("down"), 2] }] },
      rescale_type: "up",
      rescale_policy: "amount",
      amount: 75,
      events_to_remove: 2,
    });
    assert.deepEqual(fieldIn(rule("mem_dropped_lower"), "action"), {
      events: { scale: { down: 1 } },
    });
    assert.deepEqual(fieldIn(rule("Disk_writeRescaleUp"), "amount"), 450);
  });

  test("are found by our names, too, and others are not found", () => {
    const { rules, rule } = world();
    assert.deepEqual(rule("cpu_rescale_up"), rule("CpuRescaleUp"));
    const unknown = rules.find("nothing");
    assert.deepEqual(!unknown.ok && [unknown.error.code, unknown.error.detail], [
      "SC_RULE_UNKNOWN",
      "there is no rule nothing",
    ]);
  });
});

describe("a change", () => {
  test("of the activity, the amount and the policy is one of our rule", async () => {
    const { rules, rule } = world();
    assert.ok((await rules.setActive("CpuRescaleUp", false)).ok);
    assert.ok((await rules.setAmount("CpuRescaleUp", 120)).ok);
    assert.ok((await rules.setPolicy("CpuRescaleUp", "proportional")).ok);
    const changed = rule("CpuRescaleUp");
    assert.deepEqual(
      ["active", "amount", "rescale_policy"].map((key) => fieldIn(changed, key)),
      [false, 120, "proportional"],
    );
  });

  test("of the amount is refused where nothing is added by an amount", async () => {
    const { rules } = world();
    for (const name of ["CpuRescaleDown", "cpu_exceeded_upper", "EnergyRescaleDown"]) {
      const refused = await rules.setAmount(name, 5);
      assert.match((!refused.ok && refused.error.detail) || "", /can't have its amount changed/);
    }
  });

  test("to a policy that never acts is refused with the reason", async () => {
    const { rules } = world();
    for (const policy of ["modelling", "fixed-ratio", "whatever"]) {
      const refused = await rules.setPolicy("MemRescaleUp", policy);
      assert.match(
        (!refused.ok && refused.error.detail) || "",
        /^Invalid policy for a rescale up rule/,
      );
    }
    assert.equal((await rules.setPolicy("MemRescaleUp", "fit_to_usage")).ok, false);
    assert.equal((await rules.setPolicy("cpu_exceeded_upper", "amount")).ok, false);
  });

  test("of a fitting rule to an amount takes back what a raise gives", async () => {
    const { rules, rule } = world();
    assert.ok((await rules.setPolicy("MemRescaleDown", "proportional")).ok);
    assert.equal(fieldIn(rule("MemRescaleDown"), "amount"), -256);
    assert.ok((await rules.setPolicy("MemRescaleDown", "fit_to_usage")).ok);
    assert.equal(fieldIn(rule("MemRescaleDown"), "amount"), undefined);
  });

  test("is made anew when another was quicker, and given up after a while", async () => {
    const { documents, rules, rule } = world();
    documents.stale = 3;
    assert.ok((await rules.setAmount("CpuRescaleUp", 10)).ok);
    assert.equal(fieldIn(rule("CpuRescaleUp"), "amount"), 10);
    documents.stale = 1000;
    assert.equal((await rules.setAmount("CpuRescaleUp", 20)).ok, false);
    assert.ok(documents.asked.length < 50);
  });
});

describe("the number of events", () => {
  test("of one direction leaves the other as it is, and what is used up follows its own alone", async () => {
    // The published script sets "up 2, then down 6", and the original then used up 6 of 2 events.
    const { rules, rule } = world();
    assert.ok((await rules.setEventsRequired("MemRescaleUp", "up", 3)).ok);
    assert.ok((await rules.setEventsRequired("MemRescaleUp", "down", 5)).ok);
    const changed = rule("MemRescaleUp");
    assert.deepEqual(fieldIn(changed, "rule"), {
      and: [{ ">=": [events("up"), 3] }, { "<=": [events("down"), 5] }],
    });
    assert.equal(fieldIn(changed, "events_to_remove"), 3);
  });

  test("is added where the rule does not look at that direction", async () => {
    const { documents, rules, rule } = world();
    const known = documents.rule("cpu_rescale_up");
    assert.ok(known.ok);
    const bare = { ...known.value.rule, condition: { ">=": [events("up"), 1] } };
    await documents.changeAll([{ kind: "rule", name: bare.name, rule: bare }]);
    assert.ok((await rules.setEventsRequired("CpuRescaleUp", "up", 4)).ok);
    assert.deepEqual(fieldIn(rule("CpuRescaleUp"), "rule"), { ">=": [events("up"), 4] });
    assert.ok((await rules.setEventsRequired("CpuRescaleUp", "down", 2)).ok);
    assert.deepEqual(fieldIn(rule("CpuRescaleUp"), "rule"), {
      and: [{ ">=": [events("up"), 4] }, { "<=": [events("down"), 2] }],
    });
  });

  test("of a rule that makes no requests is refused", async () => {
    const { rules } = world();
    for (const name of ["cpu_exceeded_upper", "energy_exceeded_upper", "cpu_usage_low"]) {
      const refused = await rules.setEventsRequired(name, "up", 2);
      assert.match((!refused.ok && refused.error.detail) || "", /^Can't apply this change/);
    }
  });
});

test("a rule of energy is changed as a document, and what it uses up is what it waits for", async () => {
  const { documents, rules, rule } = world();
  assert.ok((await rules.setEventsRequired("EnergyRescaleUp", "down", 5)).ok);
  assert.ok((await rules.setEventsRequired("EnergyRescaleUp", "up", 2)).ok);
  assert.ok((await rules.setPolicy("EnergyRescaleUp", "modelling")).ok);
  assert.ok((await rules.setActive("EnergyRescaleUp", false)).ok);
  const changed = rule("EnergyRescaleUp");
  assert.deepEqual(fieldIn(changed, "rule"), {
    and: [{ ">=": [events("down"), 5] }, { "<=": [events("up"), 2] }],
  });
  assert.equal(fieldIn(changed, "events_to_remove"), 5);
  assert.equal(documents.kept("kept-rule").length, 1);
});
