import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { parseStructureName, structureNameMaxLength } from "./structure-name.ts";

describe("a structure's name", () => {
  for (const text of ["web", "web-1.example", "_x", "user@host:1", "a+b", "lxc\\x2dweb", "9"]) {
    test(`may be ${text}`, () =>
      assert.deepEqual(parseStructureName(text), { ok: true, value: text }));
  }

  for (const text of ["", "-web", ".hidden", "..", "a/b", "a b", "wéb", "a\n", "a\0"]) {
    test(`may not be ${JSON.stringify(text)}`, () => {
      const parsed = parseStructureName(text);
      assert.ok(!parsed.ok);
      assert.equal(parsed.error.code, "SC_NAME_INVALID");
    });
  }

  test("has at most 200 characters", () => {
    assert.ok(parseStructureName("a".repeat(structureNameMaxLength)).ok);
    assert.ok(!parseStructureName("a".repeat(structureNameMaxLength + 1)).ok);
  });

  test("that is taken can stand in a path and in a line, whatever the text was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const parsed = parseStructureName(text);
        if (parsed.ok) assert.match(parsed.value, /^[^/\s]+$/);
        else assert.ok(!parsed.error.message.includes("\n"));
      }),
    );
  });
});
