import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const codePattern = /["`](SC_[A-Z]+(?:_[A-Z]+)*)["`]/g;

const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(codePattern)].flatMap(([, code]) => code ?? []);

test("the reference page explains every error code of the code, once, and no other", () => {
  const sources = globSync("{core,adapters,apps}/*/src/**/*.ts", {
    cwd: root,
    exclude: (name) => name === "node_modules" || name.endsWith(".test.ts"),
  });
  const inCode = new Set(
    sources.flatMap((path) => codesIn(readFileSync(join(root, path), "utf8"))),
  );
  const rows = readFileSync(join(root, "docs/reference/errors.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `SC_"));
  const explained = rows.flatMap((row) => codesIn(row.split("|")[1] ?? ""));
  assert.deepEqual(explained.toSorted(), [...inCode].toSorted());
});
