import assert from "node:assert/strict";
import { test } from "node:test";
import { printable } from "./printable.ts";

test("a text shows its control characters and does not use them", () => {
  for (const [text, shown] of [
    ["\u001b[2Jgone", "\\u001b[2Jgone"],
    ["\u009b31m", "\\u009b31m"],
    ["over\rwritten", "over\\u000dwritten"],
    ["a\u202eb", "a\\u202eb"],
    ["bell\u0007", "bell\\u0007"],
    ["two\nlines\tand more: ü ✔ 日本", "two\nlines\tand more: ü ✔ 日本"],
  ] as const) {
    assert.equal(printable(text), shown);
  }
});
