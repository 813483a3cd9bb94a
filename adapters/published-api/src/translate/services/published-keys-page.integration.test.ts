import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { publishedKeysTable } from "./published-keys-page.ts";

const page = new URL("../../../../../docs/reference/published-keys.md", import.meta.url);
const marker = "<!-- written by npm run docs -->";

test("the reference page lists every key there is, and no other", () => {
  const [before = "", after] = readFileSync(page, "utf8").split(marker);
  assert.notEqual(after, undefined, `the page has no ${marker}`);
  const expected = `${before}${marker}\n\n${publishedKeysTable()}\n`;
  if (process.env.SC_WRITE_DOCS === "1") writeFileSync(page, expected);
  else assert.equal(readFileSync(page, "utf8"), expected);
});
