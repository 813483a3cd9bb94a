import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCounts } from "./count-reporter.ts";

/** A file that takes longer hangs: something it started was not ended. Others beside it take theirs. */
const fileSecondsMax = 300;
const furtherFileSecondsMax = 4;

/** Runs the files in one process of their own. */
export function runTests(chosen: readonly string[]): TestCounts {
  const folder = mkdtempSync(join(tmpdir(), "sc-test-counts-"));
  const countFile = join(folder, "counts.json");
  const reporters = [
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...["--test-reporter=./tools/count-reporter.ts", `--test-reporter-destination=${countFile}`],
  ];
  const runSecondsMax = fileSecondsMax + (chosen.length - 1) * furtherFileSecondsMax;
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
