import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { smokeTests } from "@sc/domain/testing";
import { journalEntry } from "@sc/ports/testing";
import fc from "fast-check";
import { targets } from "./journal-line.fuzz.ts";
import { formatLine, parseLine } from "./journal-line.ts";

const line = formatLine(journalEntry({ step: "applied" }), "this-boot");

smokeTests(targets);

describe("parseLine", () => {
  test("reads back what formatLine wrote", () => {
    const { structure: _, ...rest } = journalEntry({ step: "applied", old: undefined });
    const entry = { ...journalEntry({}), ...rest };
    assert.deepEqual(parseLine(formatLine(entry, "this-boot")), { bootId: "this-boot", entry });
  });

  test("takes no line that a crash cut off", () => {
    fc.assert(
      fc.property(fc.nat(line.length - 2), (length) => {
        assert.equal(parseLine(line.slice(0, length)), undefined);
      }),
    );
  });

  test("takes no line in which a value has another type, and never throws at one", () => {
    const parsed: Readonly<Record<string, unknown>> = JSON.parse(line);
    const needed = ["version", "bootId", "step", "structure", "id", "group", "resource", "first"];
    const keys = fc.constantFrom(...needed, "new", "author", "reason", "stamp");
    const wrong = fc.oneof(fc.constant(null), fc.boolean(), fc.array(fc.integer()));
    fc.assert(
      fc.property(keys, wrong, (key, value) => {
        assert.equal(parseLine(JSON.stringify({ ...parsed, [key]: value })), undefined);
      }),
    );
  });

  const faults: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["of another version", { version: 2 }],
    ["about a step that is none", { step: "wished" }],
    ["about a resource that is none", { resource: "gold" }],
    ["with a name that cannot be one", { structure: "../etc" }],
    ["with a new limit that is none", { new: { resource: "cpu", limit: { quotaShares: "50" } } }],
    ["with a new memory limit that is none", { new: { resource: "mem", memMib: "50" } }],
  ];
  for (const [title, change] of faults) {
    test(`takes no line ${title}`, () => {
      assert.equal(parseLine(JSON.stringify({ ...JSON.parse(line), ...change })), undefined);
    });
  }
});
