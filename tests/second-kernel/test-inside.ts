import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCounts } from "../../tools/count-reporter.ts";
import { bootSecondKernel, type SecondKernelEnd, whyNoSecondKernel } from "./boot.ts";

/** All files together; alone on two cores they take a sixth of it. */
const runSecondsMax = 600;

/** Runs test files inside the second kernel, in one boot; skips them where there is none. */
export async function testInside(files: readonly string[]): Promise<readonly TestCounts[]> {
  const reason = whyNoSecondKernel();
  if (reason !== false) {
    const skipped = files.length;
    return [{ passed: 0, failed: 0, skipped, reasons: { [reason]: skipped } }];
  }
  const folder = mkdtempSync(join(tmpdir(), "sc-second-kernel-"));
  const countsFile = join(folder, "counts.json");
  try {
    const end = await bootSecondKernel({
      folder,
      command: [process.execPath, "tests/second-kernel/run-files.ts", countsFile, ...files],
      timeoutSeconds: runSecondsMax,
      onOutput: (text) => process.stdout.write(text),
    });
    const counts: TestCounts[] = existsSync(countsFile)
      ? JSON.parse(readFileSync(countsFile, "utf8"))
      : [];
    const lack = whatIsLacking(end, files[counts.length]);
    if (lack === undefined) return counts;
    process.stdout.write(`✖ ${lack}\n`);
    return [...counts, { passed: 0, failed: 1, skipped: 0, reasons: {} }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Why the counts are not those of a whole run. */
function whatIsLacking(end: SecondKernelEnd, nextFile: string | undefined): string | undefined {
  const where = nextFile === undefined ? "after the last file" : `in ${nextFile}`;
  switch (end.kind) {
    case "late":
      return `the second kernel was not done within ${runSecondsMax} s, ${where}:\n${end.kernelLog}`;
    case "panicked":
      return `the second kernel panicked, ${where}:\n${end.kernelLog}`;
    case "lost":
      return `the second kernel ended without an answer, ${where}:\n${end.kernelLog}`;
    case "ended":
      if (end.status === 0 && nextFile === undefined) return undefined;
      return `the tests in the second kernel ended with status ${end.status}, ${where}`;
  }
}
