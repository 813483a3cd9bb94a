import assert from "node:assert/strict";
import { anyText, anyValue, fuzzTargetIn, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { publishedRule } from "../translate/rules/published-rule.ts";
import { importWorld, layoutOf, raiseDocument } from "./import-fixture.ts";

const keys = fc.constantFrom(
  ...["type", "subtype", "name", "resources", "config", "rule", "amount", "hosts", "containers"],
);
const documents = fc.constantFrom<object>(
  raiseDocument,
  { type: "service", name: "guardian", config: { WINDOW_TIMELAPSE: 5, WINDOW_DELAY: "10" } },
  {
    type: "structure",
    subtype: "host",
    name: "host0",
    resources: { cpu: { max: 400, free: 400 } },
  },
  { type: "structure", subtype: "container", name: "cont0", host: "host0", resources: {} },
  { type: "limit", name: "cont0", resources: { cpu: { boundary: 10, boundary_type: "x" } } },
  { type: "user", subtype: "user", name: "user0", clusters: ["app1"], resources: {} },
  layoutOf(),
  publishedRule({
    kind: "event",
    name: "mine",
    resource: "net",
    isActive: true,
    direction: "up",
    condition: true,
  }),
);
const changed = fc
  .tuple(documents, fc.dictionary(fc.oneof(keys, anyText), anyValue))
  .map(([document, more]) => ({ ...document, ...more }));
const lists = fc.array(fc.oneof(documents, changed, anyValue), { maxLength: 5 });
const good = fc.oneof(documents, changed, lists).map((content) => JSON.stringify(content));
const text = fc.oneof(
  good,
  spoiled(good),
  fc.json(),
  anyText,
  fc
    .dictionary(fc.constantFrom("CONTAINER_ENGINE", "ORCHESTRATOR_PORT", "hosts"), anyText)
    .map((values) =>
      Object.entries(values)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(""),
    ),
  fc.integer({ min: 1, max: 5000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
);
const files = fc.array(text, { minLength: 1, maxLength: 3 });

export const targets = [
  // Taken or refused with the faults, never an error of ours; nothing is changed by a refusal.
  fuzzTargetIn("published-import", files, async () => ({
    check: async (texts: readonly string[]) => {
      const { documents: live, made, take } = importWorld();
      const taken = await take(Object.fromEntries(texts.map((each, at) => [`file-${at}`, each])));
      if (taken.ok) return;
      assert.notDeepEqual(taken.error.faults, []);
      assert.deepEqual([live.asked, made], [[], []]);
    },
    close: async () => {},
  })),
];
