/*
 * `npm run fuzz`: tries generated inputs on everything that takes some from outside. Each target is
 * defined in a file `x.fuzz.ts` beside what it is about, and found by that name.
 */
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { FuzzTarget } from "@sc/domain/testing";
import { printJson, printTable } from "../report.ts";
import { type Finding, fuzzTargetRuns, type TargetResult } from "./fuzz-target-runs.ts";

const usage = `usage: npm run fuzz -- [--runs N] [--seed N] [--target NAME]… [--json]

  --runs N           inputs for each target (1000)
  --seed N           the same inputs again; the first run alone: --runs 1
  --target NAME      this target only; may be given again
  --hang-seconds N   silence for so long is a hang (20)
  --files PATTERN    where targets are defined
  --json             last, one line of JSON

Exit status: 0 nothing was found, 1 something was, 2 wrong usage.`;

function refuse(why: string): never {
  console.error(`${why}\n${usage}`);
  process.exit(2);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        runs: { type: "string", default: "1000" },
        seed: { type: "string", default: String(Date.now() & 0x7fff_ffff) },
        target: { type: "string", multiple: true, default: [] },
        "hang-seconds": { type: "string", default: "20" },
        files: { type: "string", default: "{core,adapters,apps}/**/*.fuzz.ts" },
        json: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    refuse(`--${name} is no whole number: ${text}`);
  return value;
}

const given = readOptions();
const runs = wholeNumber("runs", given.runs, 1);
const seed = wholeNumber("seed", given.seed, -(2 ** 31)) | 0;
const hangSeconds = wholeNumber("hang-seconds", given["hang-seconds"], 1);

interface Place {
  readonly file: string;
  readonly target: string;
}

async function findTargets(): Promise<readonly Place[]> {
  const places: Place[] = [];
  const files = globSync(given.files, { exclude: (name) => name === "node_modules" }).toSorted();
  for (const path of files) {
    const file = resolve(path);
    const { targets }: { readonly targets: readonly FuzzTarget[] } = await import(file);
    for (const { name } of targets) places.push({ file, target: name });
  }
  const names = places.map(({ target }) => target);
  const unknown = given.target.filter((name) => !names.includes(name));
  if (unknown.length > 0 || names.length === 0) {
    refuse(`there is no target ${unknown.join(", ")}; there are ${names.join(", ")}`);
  }
  return places.filter(({ target }) => given.target.length === 0 || given.target.includes(target));
}

/** A few at a time, as many as there are cores; in the order in which they were found. */
async function fuzzAll(places: readonly Place[], folder: string): Promise<readonly TargetResult[]> {
  const results: TargetResult[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < places.length; index = next++) {
      const place = places[index];
      if (place === undefined) return;
      results[index] = await fuzzTargetRuns({ ...place, runs, seed, hangSeconds, folder });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}

/** Below, a stack is that of what runs the check. */
const errorLinesMax = 12;

function printFinding(target: string, { kind, seed: again, run, input, error }: Finding): void {
  console.log(`\n${target}: ${kind} in run ${run} of seed ${seed}`);
  console.log(`  input: ${input ?? "none: it happened before the first"}`);
  console.log(`  ${error.trimEnd().split("\n", errorLinesMax).join("\n  ")}`);
  console.log(`  again: npm run fuzz -- --target ${target} --seed ${again} --runs 1`);
  console.log(`  or, where it needs what was before it: --seed ${seed} --runs ${run + 1}`);
}

function rowOf({ target, runs: made, findings }: TargetResult) {
  const count = (kind: Finding["kind"]): number =>
    findings.filter((finding) => finding.kind === kind).length;
  const crashes = count("crash");
  return { target, runs: made, crashes, hangs: count("hang"), serverErrors: count("serverError") };
}

const places = await findTargets();
const folder = mkdtempSync(join(tmpdir(), "sc-fuzz-"));
const results = await fuzzAll(places, folder).finally(() =>
  rmSync(folder, { recursive: true, force: true }),
);
for (const { target, findings } of results) {
  for (const finding of findings) printFinding(target, finding);
}
const bounds = { crashes: 0, hangs: 0, serverErrors: 0 };
const about = `Inputs that broke a promise, hung, or were answered with a fault; seed ${seed}.`;
const told = { name: "fuzz", about, bounds };
const result = { rows: results.map(rowOf) };
printTable(told, result);
if (given.json) printJson(told, result);
process.exit(results.some(({ findings }) => findings.length > 0) ? 1 : 0);
