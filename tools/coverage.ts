/*
 * `npm run coverage`: all tests, and how many branches of the code they took, against the floors.
 * `-- --from FOLDER` judges what a run of tests with NODE_V8_COVERAGE=FOLDER left there.
 *
 * V8 counts in every process, the servers under test among them, as long as it ends by itself: what
 * only a killed server runs is not seen, nor what runs in the second kernel.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";

const root = process.cwd();

/** Least share of branches in percent; the first whose folder holds the file counts. */
const areas = [
  { name: "core/domain", folder: "core/domain/", floor: 95 },
  { name: "everything else", folder: "", floor: 80 },
] as const;

interface Branches {
  readonly total: number;
  readonly covered: number;
}

const included = ["core", "adapters", "apps"].map((folder) => `--include=${folder}/*/src/**/*.ts`);
const excluded = ["**/*.test.ts", "**/*.fuzz.ts", "**/testing/**", "**/*-fixture.ts"].map(
  (pattern) => `--exclude=${pattern}`,
);

function countWhileTesting(): string {
  const folder = mkdtempSync(join(tmpdir(), "sc-coverage-"));
  const { status } = spawnSync("npm", ["test"], {
    stdio: "inherit",
    env: { ...process.env, NODE_V8_COVERAGE: folder },
  });
  if (status !== 0) process.exit(status ?? 1);
  return folder;
}

/** By file below the root; files that are types alone have nothing to take. */
function readBranches(counts: string): ReadonlyMap<string, Branches> {
  const reports = mkdtempSync(join(tmpdir(), "sc-coverage-report-"));
  const words = ["--temp-directory", counts, "--reports-dir", reports, "--reporter=json-summary"];
  const { status, stderr } = spawnSync(
    "c8",
    ["report", "--all", ...words, ...included, ...excluded],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`c8 failed: ${stderr}`);
  const summary: Record<string, { branches: Branches }> = JSON.parse(
    readFileSync(join(reports, "coverage-summary.json"), "utf8"),
  );
  rmSync(reports, { recursive: true });
  const rows = Object.entries(summary)
    .filter(([file]) => file !== "total" && doesSomething(file))
    .map(([file, { branches }]) => [relative(root, file), branches] as const);
  return new Map(rows);
}

const doesSomething = (file: string): boolean =>
  stripTypeScriptTypes(readFileSync(file, "utf8"))
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*|export \{\};?/g, "")
    .trim() !== "";

function report(branchesOf: ReadonlyMap<string, Branches>): void {
  const worst = [...branchesOf]
    .map(([file, { total, covered }]) => ({ file, missed: total - covered, total }))
    .toSorted((a, b) => b.missed - a.missed)
    .slice(0, 20);
  process.stdout.write("branches that no test took, most first\n");
  for (const { file, missed, total } of worst)
    process.stdout.write(`${String(missed).padStart(5)} of ${String(total).padEnd(5)} ${file}\n`);
  for (const { name, floor } of areas) {
    const own = [...branchesOf].filter(([file]) => areaOf(file).name === name);
    const sum = (key: keyof Branches): number =>
      own.reduce((total, [, branches]) => total + branches[key], 0);
    const percent = (sum("covered") / sum("total")) * 100;
    const verdict = percent >= floor ? "ok    " : "FAILED";
    process.stdout.write(
      `${verdict} ${percent.toFixed(1)} % of branches (at least ${floor}): ${name}\n`,
    );
    if (!(percent >= floor)) process.exitCode = 1;
  }
}

function areaOf(file: string): (typeof areas)[number] {
  const found = areas.find(({ folder }) => file.startsWith(folder));
  if (found === undefined) throw new Error(`${file} is in no area`);
  return found;
}

const { values } = parseArgs({ options: { from: { type: "string" } } });
const counted = values.from ?? countWhileTesting();
const files = readBranches(counted);
if (values.from === undefined) rmSync(counted, { recursive: true });
report(files);
