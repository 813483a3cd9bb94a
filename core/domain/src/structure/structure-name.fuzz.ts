import assert from "node:assert/strict";
import fc from "fast-check";
import { anyText } from "../testing/fuzz-inputs.ts";
import { fuzzTarget } from "../testing/fuzz-target.ts";
import { parseStructureName, structureNameMaxLength } from "./structure-name.ts";

const likely = fc.string({
  unit: fc.constantFrom(..."aZ0_.@:+\\-/ %\n".split("")),
  maxLength: 220,
});

export const targets = [
  fuzzTarget("structure-names", fc.oneof(anyText, likely), (text) => {
    const name = parseStructureName(text);
    if (!name.ok) {
      assert.equal(name.error.code, "SC_NAME_INVALID");
      return;
    }
    // Safe in a path, a URL's last part, a line of a log and a table.
    assert.equal(name.value, text);
    assert.ok(text.length <= structureNameMaxLength);
    assert.doesNotMatch(text, /[\p{C}\p{Z}/?#%"'`$<>&|;*]/u);
    assert.ok(!["", ".", ".."].includes(text) && !text.startsWith("-"));
  }),
];
