/*
 * `npm test [-- WORD…]`: all tests, or those whose path holds one of the words.
 *
 * A process per file costs 0.3 s each, so the pure kinds share one process. Tests that touch the
 * real world get a process of their own, one at a time: they share one kernel. Those of cgroup v2
 * get a kernel of their own, whatever the machine has: they take it for theirs alone.
 */
import { globSync } from "node:fs";
import { testInside } from "../tests/second-kernel/test-inside.ts";
import { runTests } from "./run-tests.ts";

const words = process.argv.slice(2);
const files = globSync("{core,adapters,apps,packaging,tests,bench}/**/*.test.ts", {
  exclude: (name) => name === "node_modules",
})
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .toSorted();

const runsInside = (file: string): boolean => file.endsWith(".v2.integration.test.ts");

const touchesWorld = (file: string): boolean =>
  file.endsWith(".integration.test.ts") || /^tests\/(system|e2e)\//.test(file);

const pure = files.filter((file) => !touchesWorld(file));
const real = files.filter((file) => touchesWorld(file) && !runsInside(file));
const inside = files.filter(runsInside);
process.stdout.write(`pure tests: ${pure.length} files\n`);
const runs = pure.length > 0 ? [runTests(pure)] : [];
for (const file of real) {
  process.stdout.write(`\n${file}\n`);
  runs.push(runTests([file]));
}
if (inside.length > 0) {
  process.stdout.write(`\nin the second kernel: ${inside.length} files\n`);
  runs.push(...(await testInside(inside)));
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
