/*
 * A canary for the rules: a tree that breaks each rule once, beside imports that are allowed. The
 * checkers must report exactly the broken ones. Hoisting lets every import resolve and a parser may
 * fail quietly, so a rule that nobody breaks proves nothing.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, test } from "node:test";

const root = resolve(import.meta.dirname, "..");

/** Each breaks one rule of dependency-cruiser. */
const brokenImports: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["domain-imports", "core/domain/src/a.ts", 'import { join } from "node:path";'],
  ["domain-imports", "core/domain/src/b.ts", 'import type { One } from "@sc/contracts";'],
  ["contracts-imports", "core/contracts/src/a.ts", 'import type { One } from "@sc/domain";'],
  ["ports-imports", "core/ports/src/a.ts", 'import { one } from "@sc/services";'],
  ["ports-imports", "core/ports/src/b.ts", 'import { watch } from "node:fs";'],
  ["services-imports", "core/services/src/a.ts", 'import { one } from "@sc/cgroup";'],
  ["services-imports", "core/services/src/b.ts", 'import { parse } from "yaml";'],
  ["simulation-imports", "core/simulation/src/a.ts", 'import { one } from "@sc/in-process";'],
  ["adapters-not-each-other", "adapters/lxc/src/a.ts", 'import { one } from "@sc/cgroup";'],
  ["adapters-imports", "adapters/lxc/src/b.ts", 'import { one } from "@sc/services";'],
  ["server-not-apps", "apps/server/src/a.ts", 'import { one } from "@sc/demo";'],
  ["clients-imports", "apps/sctl/src/a.ts", 'import { one } from "@sc/domain";'],
  ["clients-load-server-late", "apps/sctl/src/b.ts", 'import { one } from "@sc/server";'],
  ["simulator-imports", "apps/simulator/src/a.ts", 'import { one } from "@sc/cgroup";'],
  ["demo-imports", "apps/demo/src/a.ts", 'import { one } from "@sc/cgroup";'],
  [
    "tests-are-not-imported",
    "apps/server/src/c.ts",
    'import { one } from "../../../tools/one.ts";',
  ],
  ["test-code-only-in-tests", "core/services/src/c.ts", 'import { one } from "@sc/ports/testing";'],
  ["test-code-only-in-tests", "core/services/src/d.ts", 'import assert from "node:assert/strict";'],
  [
    "packages-through-their-index",
    "apps/server/src/b.ts",
    'import { one } from "../../../core/domain/src/deep/inside.ts";',
  ],
  ["no-cycles", "core/domain/src/c.ts", 'import { two } from "./d.ts"; export const one = two;'],
  ["no-orphans", "core/domain/src/e.ts", "export const one = 1;"],
  ["no-unresolvable", "adapters/lxc/src/c.ts", 'import { one } from "./missing.ts";'],
];

/** None of these breaks a rule. */
const goodImports: readonly (readonly [file: string, text: string])[] = [
  // A cycle is reported at one of its files.
  ["core/domain/src/d.ts", 'import { one } from "./c.ts"; export const two = one;'],
  ["core/domain/src/deep/inside.ts", 'import { one } from "../index.ts"; export { one };'],
  ["core/domain/src/good.test.ts", 'import fc from "fast-check"; import "node:test"; fc;'],
  ["core/contracts/src/good.ts", 'import { Type } from "typebox"; Type;'],
  ["core/services/src/good.ts", 'import type { One } from "@sc/ports"; import "@sc/domain";'],
  ["core/services/src/good.test.ts", 'import { one } from "@sc/ports/testing"; one;'],
  ["core/ports/src/testing/one-suite.ts", 'import { test } from "node:test"; test;'],
  ["adapters/lxc/src/good.ts", 'import "node:fs"; import "@sc/ports"; import "@sc/contracts";'],
  ["apps/server/src/good.ts", 'import { one } from "@sc/cgroup"; await using x = one;'],
  ["apps/sctl/src/good.ts", 'export const start = () => import("@sc/server");'],
  ["apps/demo/src/good.ts", 'import "@sc/server"; import "@sc/api-client"; import "yaml";'],
  ["tests/system/good.test.ts", 'import "@sc/server"; import "@sc/cgroup"; import "node:test";'],
];

/** Each breaks one rule of Biome or oxlint. */
const brokenCode: readonly (readonly [rule: string, file: string, text: string])[] = [
  ["noRestrictedGlobals", "core/domain/src/clock.ts", "export const now = () => Date.now();"],
  ["noRestrictedGlobals", "core/services/src/wait.ts", "export const wait = setTimeout;"],
  ["noRestrictedGlobals", "core/simulation/src/say.ts", "export const say = console.log;"],
  ["noRestrictedGlobals", "core/ports/src/exit.ts", "export const { pid } = process;"],
  ["noNodejsModules", "core/domain/src/files.ts", 'export { readFile } from "node:fs";'],
  ["noUndeclaredDependencies", "adapters/lxc/src/yaml.ts", 'export { parse } from "yaml";'],
  ["noDefaultExport", "adapters/lxc/src/default.ts", "export default 1;"],
  ["noReExportAll", "adapters/lxc/src/all.ts", 'export * from "./default.ts";'],
  ["noExplicitAny", "adapters/lxc/src/any.ts", "export const any = (value: any) => value;"],
  ["useFilenamingConvention", "adapters/lxc/src/camelCase.ts", "export const one = 1;"],
  ["no-restricted-properties", "core/domain/src/random.ts", "export const r = Math.random();"],
  [
    "no-floating-promises",
    "adapters/lxc/src/floating.ts",
    'import { readFile } from "node:fs/promises"; readFile("x");',
  ],
  [
    "no-misused-promises",
    "adapters/lxc/src/misused.ts",
    "declare const f: () => Promise<boolean>; export const g = () => { if (f()) return 1; };",
  ],
  [
    "switch-exhaustiveness-check",
    "adapters/lxc/src/exhaustive.ts",
    'export const f = (x: "a" | "b") => { switch (x) { case "a": return 1; } };',
  ],
];

const trees: string[] = [];
after(() => {
  for (const tree of trees) rmSync(tree, { recursive: true });
});

/** A tree with the packages, settings and tools of the real one, and these files. */
function makeTree(files: readonly (readonly [file: string, text: string])[]): string {
  const tree = mkdtempSync(join(tmpdir(), "sc-canary-"));
  trees.push(tree);
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  };
  mkdirSync(join(tree, "node_modules/@sc"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@sc")
      symlinkSync(join(root, "node_modules", name), join(tree, "node_modules", name));
  }
  for (const name of settings) copyFileSync(join(root, name), join(tree, name));
  const manifests = globSync("{core,adapters,apps}/*/package.json", { cwd: root });
  for (const manifest of [...manifests, "tests/package.json"]) {
    const folder = dirname(manifest);
    const text = readFileSync(join(root, manifest), "utf8");
    put(manifest, text);
    put(`${folder}/src/index.ts`, "export const one = 1;\nexport interface One {}\n");
    symlinkSync(join(tree, folder), join(tree, "node_modules", JSON.parse(text).name));
  }
  put("core/ports/src/testing/index.ts", 'export { one } from "../index.ts";\n');
  put("tools/one.ts", 'import "node:fs";\nexport const one = 1;\n');
  for (const [file, text] of files) put(file, `${text}\n`);
  return tree;
}

const settings = [
  ".dependency-cruiser.cjs",
  ".oxlintrc.json",
  "biome.json",
  "package.json",
  "tsconfig.json",
];

/** What a checker printed; it fails, because it found something. */
function run(tree: string, program: string, words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin", program), words, {
    cwd: tree,
    encoding: "utf8",
  });
  assert.notEqual(stdout, "", stderr);
  return stdout;
}

/** `rule file`, sorted, each once. */
const findings = (found: Iterable<string>): readonly string[] => [...new Set(found)].toSorted();

test("dependency-cruiser reports each broken import, and no other", () => {
  const tree = makeTree([
    ...brokenImports.map(([, file, text]) => [file, text] as const),
    ...goodImports,
  ]);
  const words = ["--config", ".dependency-cruiser.cjs", "--output-type", "json"];
  const folders = ["core", "adapters", "apps", "tests", "tools"];
  const { summary } = JSON.parse(run(tree, "depcruise", [...words, ...folders]));
  const reported: string[] = [];
  for (const { rule, from } of summary.violations) reported.push(`${rule.name} ${from}`);
  assert.deepEqual(
    findings(reported),
    findings(brokenImports.map(([rule, file]) => `${rule} ${file}`)),
  );
});

test("every rule of dependency-cruiser has its canary, and says what to do instead", () => {
  const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
  const broken = new Set(brokenImports.map(([rule]) => rule));
  for (const { name, comment } of config.forbidden) {
    assert.equal(broken.has(name), true, `nothing breaks ${name}`);
    assert.equal(comment.length > 20, true, `${name} has no comment`);
  }
});

test("Biome and oxlint report each piece of broken code", () => {
  const tree = makeTree(brokenCode.map(([, file, text]) => [file, text] as const));
  const reported: string[] = [];
  const biome = run(tree, "biome", [
    "lint",
    "--vcs-enabled=false",
    "--max-diagnostics=none",
    "--reporter=json",
  ]);
  for (const { category, location } of JSON.parse(biome).diagnostics)
    reported.push(`${category.split("/").at(-1)} ${location?.path}`);
  const { diagnostics } = JSON.parse(run(tree, "oxlint", ["--format=json"]));
  for (const { code, filename } of diagnostics)
    reported.push(`${/\((.+)\)/.exec(code)?.[1]} ${filename}`);
  for (const [rule, file] of brokenCode)
    assert.equal(reported.includes(`${rule} ${file}`), true, `${rule} ${file} is not reported`);
});
