/*
 * `npm test [-- WORD…]`: all tests, or those whose path holds one of the words.
 *
 * A process per file costs 0.3 s each, so the pure kinds share one process. Tests that touch the
 * real world get a process of their own, one at a time: they share one kernel.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCounts } from "./count-reporter.ts";

const words = process.argv.slice(2);
const files = globSync("{core,adapters,apps,packaging,tests,bench}/**/*.test.ts", {
  exclude: (name) => name === "node_modules",
})
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .toSorted();

const touchesWorld = (file: string): boolean =>
  file.endsWith(".integration.test.ts") || /^tests\/(system|e2e)\//.test(file);

/** A file that takes longer hangs: something it started was not ended. */
const runSecondsMax = 300;

/** Runs the files in one process of their own. */
function runTests(chosen: readonly string[]): TestCounts {
  const folder = mkdtempSync(join(tmpdir(), "sc-test-counts-"));
  const countFile = join(folder, "counts.json");
  const reporters = [
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...["--test-reporter=./tools/count-reporter.ts", `--test-reporter-destination=${countFile}`],
  ];
  const { status, error } = spawnSync(
    process.execPath,
    ["--test", "--test-isolation=none", ...reporters, ...chosen],
    { stdio: "inherit", timeout: runSecondsMax * 1000, killSignal: "SIGKILL" },
  );
  if (error !== undefined) process.stdout.write(`✖ ${chosen.join(" ")}: ${error.message}\n`);
  const counts = readCounts(countFile);
  rmSync(folder, { recursive: true });
  // A run that died, or failed outside of any test, must not pass for a good one.
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function readCounts(path: string): TestCounts {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, reasons: {} };
  }
}

const pure = files.filter((file) => !touchesWorld(file));
const real = files.filter(touchesWorld);
process.stdout.write(`pure tests: ${pure.length} files\n`);
const runs = pure.length > 0 ? [runTests(pure)] : [];
for (const file of real) {
  process.stdout.write(`\n${file}\n`);
  runs.push(runTests([file]));
}

const sum = (key: "passed" | "failed" | "skipped"): number =>
  runs.reduce((total, run) => total + run[key], 0);
const lines = runs.flatMap(({ reasons }) =>
  Object.entries(reasons).map(([reason, count]) => `skipped ${count}: ${reason}`),
);
if (lines.length > 0) lines.push("What they lack comes, on Debian, with: npm run setup:debian");
if (files.length === 0) lines.push("no test file matches");
lines.push(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.stdout.write(`\n${lines.join("\n")}\n`);
process.exitCode = sum("failed") > 0 || files.length === 0 ? 1 : 0;
