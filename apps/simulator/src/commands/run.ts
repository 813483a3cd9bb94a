import { statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { cpuArmNames, periodClasses } from "../arms/cpu-arms.ts";
import type { Output, SimulatorCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { type CpuLoad, generatedCpuLoads, loadOfTrace } from "../loads/cpu-load.ts";
import { readOptions, wholeNumber } from "../options.ts";
import { runPage } from "../page/run-page.ts";
import { runJson, runTable } from "../run/print-run.ts";
import { recordRun } from "../run/record-run.ts";
import { readTraces } from "../traces/read-traces.ts";

const daySeconds = 86_400;
const generators = generatedCpuLoads.map(({ name }) => name);

const usage = `usage: npm run simulate -- run --policy NAME (--trace FILE | --generator NAME) [options]

  --policy NAME      ${cpuArmNames.join(", ")}
  --trace FILE       a trace of cpu, see docs/operating/simulating.md
  --generator NAME   ${generators.join(", ")}
  --seed N           deals out the requests (1)
  --seconds N        virtual time; default: all of the load
  --max SHARES       what the limit begins at and never exceeds (1600)
  --period WHAT      own: the policy's (default); 100ms: held to the kernel's default
  --changes          every change with its reason
  --html FILE        a page with plots
  --json             instead of the table one line of JSON`;

export const command: SimulatorCommand = {
  usage,
  run: async (words, output) => {
    const given = readOptions(words, {
      policy: { type: "string" },
      trace: { type: "string" },
      generator: { type: "string" },
      seed: { type: "string", default: "1" },
      seconds: { type: "string" },
      max: { type: "string", default: "1600" },
      period: { type: "string", default: "own" },
      changes: { type: "boolean", default: false },
      html: { type: "string" },
      json: { type: "boolean", default: false },
    });
    if (given.html !== undefined) checkPlace(given.html);
    const load = chooseLoad(given, output);
    const most = { least: 1, most: daySeconds };
    const seconds =
      given.seconds === undefined ? load.seconds : wholeNumber("seconds", given.seconds, most);
    const report = await recordRun({
      policy: oneOf("policy", given.policy, cpuArmNames),
      load,
      seed: wholeNumber("seed", given.seed, { least: 0 }),
      seconds: Math.min(seconds, load.seconds),
      maxShares: wholeNumber("max", given.max, { least: 10, most: 100_000 }),
      period: oneOf("period", given.period, periodClasses),
    });
    if (given.html !== undefined) writeFileSync(given.html, runPage(report));
    const text = given.json ? runJson(report) : runTable(report, { hasChanges: given.changes });
    output.write(`${text}\n`);
    return 0;
  },
};

function chooseLoad(
  given: { readonly trace?: string | undefined; readonly generator?: string | undefined },
  output: Output,
): CpuLoad {
  const { trace, generator } = given;
  if ((trace === undefined) === (generator === undefined))
    throw new UsageError("a load is needed: either --trace or --generator");
  if (trace === undefined) {
    const name = oneOf("generator", generator, generators);
    const load = generatedCpuLoads.find((each) => each.name === name);
    if (load !== undefined) return load;
  }
  const { series, skipped, notes } = readTraces(trace ?? "");
  for (const { file, note } of notes) output.note(`${file}: ${note}\n`);
  for (const { file, reason } of skipped) output.note(`${file}: skipped: ${reason}\n`);
  const [first, ...others] = series.filter(({ resource }) => resource === "cpu");
  if (first === undefined) throw new UsageError(`${trace} tells nothing of cpu`);
  if (others.length > 0) throw new UsageError(`${trace} is more than one trace: name one file`);
  return loadOfTrace(first);
}

function oneOf<const Word extends string>(
  name: string,
  given: string | undefined,
  words: readonly Word[],
): Word {
  const word = words.find((each) => each === given);
  if (word !== undefined) return word;
  const what = given === undefined ? `--${name} is missing` : `there is no ${name} "${given}"`;
  throw new UsageError(`${what}; there are ${words.join(", ")}`);
}

/** Told before the run, which may take long. */
function checkPlace(file: string): void {
  const folder = dirname(resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`--html: there is no folder ${folder}`);
}
