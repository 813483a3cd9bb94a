import assert from "node:assert/strict";
import { test } from "node:test";
import { documentVersion } from "@sc/contracts";
import { catalogueDocuments } from "@sc/ports/testing";
import { readDocument } from "./document-contents.ts";

const readAgain = (kind: string, content: object, name = "web") =>
  readDocument({
    kind,
    name,
    revision: 1,
    version: documentVersion,
    content: JSON.stringify(content),
  });

const contentOf = (kind: string): object => {
  const found = catalogueDocuments().find((document) => document.kind === kind);
  assert.ok(found);
  return found.content;
};

const faults: readonly (readonly [what: string, kind: string, change: object, field: RegExp])[] = [
  ["a container that cannot be a name", "application", { containers: ["a/b"] }, /"a\/b"/],
  ["an application that cannot be a name", "user", { applications: [""] }, /applications/],
  ["a host that cannot be a name", "subscription", { host: "-x" }, /"-x"/],
  ["a port beyond the last", "declared-host", { agent: { address: "a", port: 70_000 } }, /port/],
  ["a key nobody knows", "user", { clusters: [] }, /clusters/],
  [
    "less than nothing",
    "user",
    { resources: { cpu: { min: -1, max: 2 } } },
    /\/resources\/cpu\/min/,
  ],
];
for (const [what, kind, change, field] of faults) {
  test(`${kind} with ${what} is not in force, and the fault is named`, () => {
    const read = readAgain(kind, { ...contentOf(kind), ...change });
    assert.ok(!read.ok);
    assert.equal(read.error.code, "SC_DOCUMENT_INVALID");
    assert.match(read.error.text, field);
  });
}

test("what has no name of a structure is not in force", () => {
  assert.equal(readAgain("user", contentOf("user"), "a b").ok, false);
  assert.equal(readAgain("user", contentOf("user"), "ann").ok, true);
});
