import assert from "node:assert/strict";
import { documentVersion } from "@sc/contracts";
import { anyText, anyValue, fuzzTarget, spoiled } from "@sc/domain/testing";
import { catalogueDocuments } from "@sc/ports/testing";
import fc from "fast-check";
import { readDocument, writeContent } from "./document-contents.ts";

const kinds = fc.oneof(
  fc.constantFrom("host", "structure", "rule", "service", "kept-service"),
  fc.constantFrom("declared-host", "subscription", "application", "user"),
  anyText,
);
const names = fc.oneof(
  fc.constantFrom("host", "web", "guardian", "scaler", "node-agent", "cpu_rescale_up"),
  anyText,
);
const goodContents = fc.constantFrom<object>(
  { isPaused: true },
  { resources: { cpu: { mode: "auto", min: 10, max: 200 }, mem: { mode: "observe" } } },
  { noDataSeconds: 30, windowSeconds: null },
  { kind: "event", resource: "cpu", isActive: true, direction: "up", condition: true },
  ...catalogueDocuments().map(({ content }) => content),
);
const changed = fc
  .tuple(
    goodContents,
    fc.dictionary(fc.oneof(fc.constantFrom("isPaused", "name"), anyText), anyValue),
  )
  .map(([content, more]) => JSON.stringify({ ...content, ...more }));
const text = fc.oneof(
  goodContents.map((content) => JSON.stringify(content)),
  changed,
  spoiled(goodContents.map((content) => JSON.stringify(content))),
  fc.json(),
  anyText,
  fc.integer({ min: 1, max: 5000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
);
const row = fc.record({
  kind: kinds,
  name: names,
  revision: fc.oneof(fc.nat(), fc.double()),
  version: fc.oneof(fc.constant(documentVersion), fc.integer(), fc.double()),
  content: text,
});

export const targets = [
  // What can be read can be written and is the same then; what cannot is told, in a line.
  fuzzTarget("stored-documents", row, (stored) => {
    const read = readDocument(stored);
    if (!read.ok) {
      assert.match(read.error.code, /^SC_DOCUMENT_(INVALID|NEWER)$/);
      assert.notEqual(read.error.text, "");
      return;
    }
    const written = writeContent(read.value.document);
    assert.ok(written.ok);
    const { kind, name } = read.value.document;
    const again = readDocument({ ...stored, kind, name, content: written.value });
    assert.deepEqual(again, read);
  }),
];
