/*
 * Runs inside the second kernel: `run-files.ts COUNTS FILE…` runs one test file after another and
 * keeps in COUNTS what each came to, so that of a kernel that dies it is known how far it got.
 */
import { renameSync, writeFileSync } from "node:fs";
import { runTests } from "../../tools/run-tests.ts";

const [countsFile = "", ...files] = process.argv.slice(2);
const counts = [];
for (const file of files) {
  process.stdout.write(`\n${file}\n`);
  counts.push(runTests([file]));
  writeFileSync(`${countsFile}.new`, JSON.stringify(counts));
  renameSync(`${countsFile}.new`, countsFile);
}
