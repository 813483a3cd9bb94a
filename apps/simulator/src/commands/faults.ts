import { canaries } from "@sc/simulation";
import type { Output, SimulatorCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import {
  figuresOf,
  headings,
  historyOf,
  jsonOf,
  rowOf,
  summaryOf,
} from "../faults/print-reports.ts";
import type { FaultTask, SeedReport } from "../faults/run-seed.ts";
import { readOptions, wholeNumber } from "../options.ts";
import { runTasks } from "../task-pool.ts";

const usage = `usage: npm run simulate -- faults [--seeds N] [--first-seed S] [--check] [--json]
       npm run simulate -- faults --canary NAME

  --seeds N        so many clusters (100)
  --first-seed S   the seed of the first; each further one is 1 higher (1)
  --check          ends with 1 if anything did not hold; without it the status says whether it ran
  --canary NAME    plants a fault on purpose and tells the seed that found it; all: one after another
  --json           last, one line of JSON`;

export const command: SimulatorCommand = {
  usage,
  run: async (words, output) => {
    const given = readOptions(words, {
      seeds: { type: "string", default: "100" },
      "first-seed": { type: "string", default: "1" },
      check: { type: "boolean", default: false },
      canary: { type: "string" },
      json: { type: "boolean", default: false },
    });
    const seeds = wholeNumber("seeds", given.seeds, { least: 1 });
    const firstSeed = wholeNumber("first-seed", given["first-seed"], { least: 0 });
    const all = Array.from({ length: seeds }, (_, index) => firstSeed + index);
    if (given.canary !== undefined) return runCanaries(faultsOf(given.canary), all, output);
    const reports = await runSeeds(all, output);
    for (const report of reports)
      if (report.failures.length > 0) output.write(`\n${historyOf(report)}\n`);
    output.write(`\n${summaryOf(reports)}\n`);
    if (given.json) output.write(`${jsonOf(reports)}\n`);
    const { violations, unconverged } = figuresOf(reports);
    return given.check && violations + unconverged > 0 ? 1 : 0;
  },
};

/** Rows come as they are known: a thousand seeds take a while. */
async function runSeeds(seeds: readonly number[], output: Output): Promise<readonly SeedReport[]> {
  const reports: SeedReport[] = [];
  output.write(`${headings}\n`);
  for (let from = 0; from < seeds.length; from += seedsAtOnce) {
    const tasks = seeds.slice(from, from + seedsAtOnce).map((seed) => ({ seed }));
    for (const report of await runAll(tasks)) {
      reports.push(report);
      output.write(`${rowOf(report)}\n`);
    }
  }
  return reports;
}

const seedsAtOnce = 50;

async function runAll(tasks: readonly FaultTask[]): Promise<readonly SeedReport[]> {
  const file = new URL("../faults/worker.ts", import.meta.url);
  const outcomes = await runTasks<FaultTask, SeedReport>(file, tasks);
  return outcomes.map((outcome, index) => {
    if (!("failure" in outcome)) return outcome;
    throw new Error(`seed ${tasks[index]?.seed} could not be run: ${outcome.failure}`);
  });
}

function faultsOf(name: string): readonly string[] {
  const all = canaries.map(({ fault }) => fault);
  if (name === "all") return all;
  const found = all.find((fault) => nameOf(fault) === name);
  if (found !== undefined) return [found];
  throw new UsageError(`there is no canary "${name}"; there are ${all.map(nameOf).join(", ")}`);
}

const nameOf = (fault: string): string => fault.replaceAll("'", "").replaceAll(/[ ,]+/g, "-");

/** Each is planted in one cluster after another until it is found. */
async function runCanaries(
  faults: readonly string[],
  seeds: readonly number[],
  output: Output,
): Promise<number> {
  let missed = 0;
  for (const fault of faults) {
    const found = await seedThatFinds(fault, seeds);
    if (found === undefined) missed += 1;
    const where = found === undefined ? `NOT FOUND in ${seeds.length} seeds` : `seed ${found}`;
    output.write(`${nameOf(fault).padEnd(56)}  ${where}\n`);
  }
  return missed === 0 ? 0 : 1;
}

async function seedThatFinds(fault: string, seeds: readonly number[]): Promise<number | undefined> {
  const invariant = canaries.find((one) => one.fault === fault)?.invariant;
  const atOnce = 8;
  for (let from = 0; from < seeds.length; from += atOnce) {
    const tasks = seeds.slice(from, from + atOnce).map((seed) => ({ seed, canary: fault }));
    const reports = await runAll(tasks);
    const found = reports.find(({ failures }) =>
      failures.some((one) => one.invariant === invariant),
    );
    if (found !== undefined) return found.seed;
  }
  return undefined;
}
