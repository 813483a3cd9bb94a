/*
 * `npm run check`: everything a tool can say about the code without running it. All steps run, so
 * that one look shows all there is to mend; what a step says is shown when it fails.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const cruised = ["core", "adapters", "apps", "tests", "bench", "tools"].filter(existsSync);

const steps: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: "types (tsc)", command: ["tsc", "-p", "."] },
  {
    name: "format and lint (biome)",
    command: ["biome", "check", "--error-on-warnings", "--diagnostic-level=warn", "."],
  },
  { name: "promises and switches (oxlint)", command: ["oxlint", "--deny-warnings"] },
  {
    name: "who imports whom (dependency-cruiser)",
    command: [
      "depcruise",
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "err",
      ...cruised,
    ],
  },
  {
    name: "the rules themselves, and what documents say (canary)",
    command: ["node", "--test", "--test-reporter=spec", "tools/*.test.ts"],
  },
  { name: "unused code and packages (knip)", command: ["knip", "--no-config-hints"] },
];

// Run by npm, so the pinned Node and the tools are in the path already.
const failed = steps.filter(({ name, command: [program = "", ...words] }) => {
  const startedAt = performance.now();
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8" });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const isGood = status === 0;
  if (!isGood) process.stdout.write(`\n${stdout}${stderr}${error?.message ?? ""}\n`);
  process.stdout.write(`${isGood ? "ok    " : "FAILED"} ${seconds.padStart(5)} s  ${name}\n`);
  return !isGood;
});
process.stdout.write(`${steps.length - failed.length} of ${steps.length} checks are good\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
