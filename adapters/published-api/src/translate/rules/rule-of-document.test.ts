import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { byResource, publishedRules, type RuleDocument, resources } from "@sc/domain";
import { keptRules } from "./kept-rules.ts";
import { publishedRule } from "./published-rule.ts";
import { ruleOfDocument } from "./rule-of-document.ts";

const up = {
  name: "CpuRescaleUp",
  type: "rule",
  resource: "cpu",
  active: true,
  generates: "requests",
  rule: { ">=": [{ var: "events.scale.up" }, 2] },
  rescale_type: "up",
  rescale_policy: "amount",
  amount: 75,
  events_to_remove: 2,
};

describe("a published document", () => {
  test("of every rule there is goes there and back", () => {
    const sets = byResource(publishedRules);
    for (const resource of resources) {
      const { eventRules, requestRules } = sets[resource];
      const rules: readonly RuleDocument[] = [
        ...eventRules.map(
          (rule) => ({ kind: "event", resource, isActive: true, ...rule }) as const,
        ),
        ...requestRules.map(
          (rule) => ({ kind: "request", resource, isActive: false, ...rule }) as const,
        ),
      ];
      for (const rule of rules) {
        const read = ruleOfDocument(publishedRule(rule));
        assert.deepEqual(read, { ok: true, value: { kind: "rule", rule } });
      }
    }
  });

  test("of energy and of the rebalancer is kept as it is", () => {
    for (const document of keptRules) {
      const read = ruleOfDocument(document);
      assert.ok(read.ok && read.value.kind === "kept");
      assert.equal(read.value.content, document);
    }
  });

  test("with the old name of the policy is understood", () => {
    const { rescale_policy: rescaleBy, ...old } = up;
    const read = ruleOfDocument({ ...old, rescale_by: rescaleBy });
    assert.deepEqual(read, ruleOfDocument(up));
  });

  const faults: readonly (readonly [change: object, field: string])[] = [
    [{ name: "" }, "name"],
    [{ name: 5 }, "name"],
    [{ resource: "gpu" }, "resource"],
    [{ active: "yes" }, "active"],
    [{ generates: "nothing" }, "generates"],
    [{ generates: "events", action: { events: { scale: { up: 2 } } } }, "action"],
    [{ generates: "events", action: { events: { scale: { up: 1, down: 1 } } } }, "action"],
    [{ generates: "events", action: {} }, "action"],
    [{ rescale_type: "sideways" }, "rescale_type"],
    [{ rescale_policy: "modelling" }, "rescale_policy"],
    [{ rescale_policy: "fixed-ratio" }, "rescale_policy"],
    [{ rescale_policy: undefined }, "rescale_by"],
    [{ amount: "75" }, "amount"],
    [{ amount: undefined }, "amount"],
    [{ events_to_remove: undefined }, "events_to_remove"],
  ];
  for (const [change, field] of faults) {
    test(`with ${JSON.stringify(change)} is refused for its ${field}`, () => {
      const read = ruleOfDocument({ ...up, ...change });
      assert.equal(!read.ok && read.error.field, field);
    });
  }

  test("that is no object is refused", () => {
    for (const document of [null, 5, "rule", [up]])
      assert.equal(ruleOfDocument(document).ok, false);
  });
});
