/* What the documents say about the tree must be true of the tree. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root });

test("links between documents lead somewhere", () => {
  const broken: string[] = [];
  for (const file of documents) {
    for (const [, target = ""] of read(file).matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      if (/^https?:/.test(target)) continue;
      if (!existsSync(join(root, dirname(file), target))) broken.push(`${file}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test("files and folders that documents name are there", () => {
  const missing: string[] = [];
  const named = /`((?:core|adapters|apps|tests|tools|docs|packaging)\/[\w./-]+)`/g;
  for (const file of documents) {
    for (const [, path = ""] of read(file).matchAll(named)) {
      if (!existsSync(join(root, path))) missing.push(`${file}: ${path}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("scripts that documents name are in package.json", () => {
  const { scripts } = JSON.parse(read("package.json"));
  for (const file of documents) {
    for (const [, name = ""] of read(file).matchAll(/npm run ([\w:]+)/g))
      assert.equal(name in scripts, true, `${file}: npm run ${name}`);
  }
});

test("the glossary explains every reason the product can give, and no other", () => {
  const union = /export type ReasonCode =([^;]+);/.exec(
    read("core/domain/src/reason/reason.ts"),
  )?.[1];
  const codes = [...(union ?? "").matchAll(/"([a-z-]+)"/g)].map(([, code = ""]) => code);
  const [, reasons = ""] = read("docs/glossary.md").split("## Reasons");
  const explained = [...reasons.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = ""]) => code);
  assert.deepEqual(explained.toSorted(), codes.toSorted());
});

test("decisions are numbered without a gap", () => {
  const numbers = globSync("docs/adr/*.md", { cwd: root })
    .map((file) => Number(/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]))
    .toSorted((a, b) => a - b);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
});
