import { writeFileSync } from "node:fs";
import { cpuArmNames } from "../arms/cpu-arms.ts";
import { memoryArmNames } from "../arms/memory-arms.ts";
import type { SimulatorCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { planTasks } from "../frontier/plan-tasks.ts";
import { rowsOf } from "../frontier/rows-of.ts";
import { runAll, type TaskOutcome } from "../frontier/task-pool.ts";
import { machine } from "../machine.ts";
import { readOptions, wholeNumber } from "../options.ts";
import { frontierPage } from "../page/frontier-page.ts";
import type { FrontierRow } from "../page/frontier-row.ts";
import { readTraces } from "../traces/read-traces.ts";
import type { TraceSet } from "../traces/series.ts";

const armNames: readonly string[] = [...new Set([...cpuArmNames, ...memoryArmNames])];

const usage = [
  "usage: npm run simulate -- frontier [--traces DIR] [--policies NAMES] [--first-seed S]",
  "                                    [--html FILE] [--json]",
  "",
  "  --traces DIR     a folder of traces, with all folders below it; without it, generators",
  "  --policies NAMES some of them, with commas between:",
  `                   ${armNames.join(" ")}`,
  "  --first-seed S   the seed of the first run; 1 if not told",
  "  --html FILE      a page with plots",
  "  --json           last, one line of JSON",
].join("\n");

export const command: SimulatorCommand = {
  usage,
  run: async (words, output) => {
    const given = readOptions(words, {
      traces: { type: "string" },
      policies: { type: "string" },
      "first-seed": { type: "string", default: "1" },
      html: { type: "string" },
      json: { type: "boolean", default: false },
    });
    const firstSeed = wholeNumber("first-seed", given["first-seed"], { least: 0 });
    const policies = given.policies === undefined ? undefined : policiesOf(given.policies);
    const traces = given.traces === undefined ? nothingRead : readTraces(given.traces);
    for (const { file, reason } of traces.skipped) output.note(`skipped ${file}: ${reason}\n`);
    for (const { file, note } of traces.notes) output.note(`${file}: ${note}\n`);
    if (given.traces !== undefined && traces.series.length === 0)
      throw new UsageError(`no file below ${given.traces} could be used`);
    const tasks = planTasks({
      series: traces.series,
      firstSeed,
      ...(policies !== undefined && { policies }),
    });
    const outcomes = await runAll(tasks);
    for (const failure of failuresOf(outcomes)) output.note(`a run failed: ${failure}\n`);
    const rows = rowsOf(tasks, outcomes);
    output.write(table(rows));
    const { skipped } = traces;
    if (given.html !== undefined)
      writeFileSync(given.html, frontierPage({ rows, skipped, about: aboutOf(given.traces) }));
    if (given.json)
      output.write(`${JSON.stringify({ bench: "frontier", machine: machine(), rows, skipped })}\n`);
    return failuresOf(outcomes).length === 0 ? 0 : 1;
  },
};

const nothingRead: TraceSet = { series: [], skipped: [], notes: [] };

function policiesOf(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !armNames.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError(`there is no policy "${unknown}"; there are ${armNames.join(", ")}`);
}

const failuresOf = (outcomes: readonly TaskOutcome[]): readonly string[] =>
  outcomes.flatMap((outcome) => ("failure" in outcome ? [outcome.failure] : []));

const aboutOf = (traces: string | undefined): readonly (readonly [string, string])[] => [
  ["loads", traces === undefined ? "generators" : "traces"],
  ["requests", "10 ms of cpu each, by chance"],
  ["skipped", "the first 5 minutes of each run, of short ones a quarter"],
];

const columns = [
  "utilization",
  "throttledRatio",
  "p99BacklogMs",
  "p999BacklogMs",
  "changesPerMinute",
  "neighbourP99Ms",
  "kills",
] as const;

function table(rows: readonly FrontierRow[]): string {
  const head = ["trace", "resource", "period", "policy", ...columns];
  const cells = rows.map((row) => [
    ...[row.trace, row.resource, row.period, row.policy],
    ...columns.map((key) => shown(row[key])),
  ]);
  const widths = head.map((text, column) =>
    Math.max(text.length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[head, ...cells].map(line).join("\n")}\n`;
}

function shown(value: number | null): string {
  if (value === null) return "-";
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 3 : 1);
}
