import { basename } from "node:path";
import {
  type CoarseFigures,
  type PublishedTrace,
  publishedTable,
  type ReproducedRow,
  reproduceTable,
} from "@sc/simulation";
import type { SimulatorCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readOptions, wholeNumber } from "../options.ts";
import { readTraces } from "../traces/read-traces.ts";
import type { TraceSeries } from "../traces/series.ts";

/** How far a peer's utilization may be from what was published of it. */
const tolerance = 0.02;
const usualSeeds = "5";
const mostSeeds = 1000;

const publishedTraces: readonly PublishedTrace[] = [
  "autothrottle-diurnal.txt",
  "autothrottle-bursty.txt",
];

export const command: SimulatorCommand = {
  usage: [
    "usage: npm run simulate -- reproduce --traces DIR [--seeds N] [--first-seed S] [--json]",
    "",
    "  --traces DIR      where autothrottle-diurnal.txt or autothrottle-bursty.txt is",
    `  --seeds N         how many runs each figure is the median of; ${usualSeeds} if not told`,
    "  --first-seed S    the seed of the first; 1 if not told",
    "  --json            one object instead of a table",
    "",
    `Ends with 1 where a utilization is more than ${tolerance} off the published one.`,
  ].join("\n"),
  run: async (words, output) => {
    const options = readOptions(words, {
      traces: { type: "string" },
      seeds: { type: "string", default: usualSeeds },
      "first-seed": { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    });
    if (options.traces === undefined) throw new UsageError("--traces DIR is missing");
    const count = wholeNumber("seeds", options.seeds, { least: 1, most: mostSeeds });
    const first = wholeNumber("first-seed", options["first-seed"], { least: 0 });
    const seeds = Array.from({ length: count }, (_, at) => first + at);
    const rows = requestTraces(options.traces).flatMap(({ trace, values }) =>
      reproduceTable({ rows: publishedTable, trace, rates: values, seeds }),
    );
    const printed = options.json
      ? JSON.stringify({ command: "reproduce", seeds, rows: rows.map(flatRow) })
      : table(rows);
    output.write(`${printed}\n`);
    const off = rows.filter((row) => Math.abs(difference(row)) > tolerance);
    for (const { policy, trace } of off)
      output.note(`${policy} on ${trace} is more than ${tolerance} off what was published\n`);
    return off.length === 0 ? 0 : 1;
  },
};

interface RequestTrace {
  readonly trace: PublishedTrace;
  readonly values: TraceSeries["values"];
}

function requestTraces(folder: string): RequestTrace[] {
  const { series } = readTraces(folder);
  const found = publishedTraces.flatMap((trace) => {
    const match = series.find(
      (each) =>
        basename(each.trace) === trace && each.kind === "requests" && each.stepSeconds === 1,
    );
    return match === undefined ? [] : [{ trace, values: match.values }];
  });
  if (found.length > 0) return found;
  throw new UsageError(`neither ${publishedTraces.join(" nor ")} is in ${folder}`);
}

const difference = ({ ours, published }: ReproducedRow): number =>
  ours.utilization - published.utilization;

function flatRow(row: ReproducedRow) {
  const { policy, trace, ours, lowest, highest, published } = row;
  return {
    policy,
    trace,
    ...ours,
    publishedUtilization: published.utilization,
    publishedThrottledRatio: published.throttledRatio,
    publishedP99BacklogMs: published.p99BacklogMs,
    utilizationDifference: difference(row),
    lowestUtilization: lowest.utilization,
    highestUtilization: highest.utilization,
  };
}

function table(rows: readonly ReproducedRow[]): string {
  const header =
    "                        ours                     published                lowest … highest";
  const lines = rows.map((row, at) => {
    const { policy, trace, ours, published, lowest, highest } = row;
    const range = `${lowest.utilization.toFixed(3)} … ${highest.utilization.toFixed(3)}`;
    const line = `${policy.padEnd(24)}${figures(ours)}${figures(published)}${range}`;
    return trace === rows[at - 1]?.trace ? line : `\n${trace}\n${header}\n${line}`;
  });
  const legend =
    "utilization, throttled periods, 99th percentile of the backlog; medians of all seeds";
  return [...lines, "", legend].join("\n").trimStart();
}

function figures(of: Omit<CoarseFigures, "changesPerMinute">): string {
  const throttled = `${(100 * of.throttledRatio).toFixed(1)} %`.padStart(8);
  const backlog = `${of.p99BacklogMs.toFixed(0)} ms`.padStart(10);
  return `${of.utilization.toFixed(3)}${throttled}${backlog}  `.padEnd(25);
}
