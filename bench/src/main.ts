import { parseArgs } from "node:util";
import type { Benchmark, Given } from "./benchmark.ts";
import { printJson, printTable } from "./report.ts";

/** Loaded when asked for: each brings what it measures. */
const benchmarks: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  reaction: () => import("./reaction.bench.ts"),
  order: () => import("./order.bench.ts"),
  agent: () => import("./agent.bench.ts"),
  history: () => import("./history.bench.ts"),
  lease: () => import("./lease.bench.ts"),
  start: () => import("./start.bench.ts"),
  simulation: () => import("./simulation.bench.ts"),
  "model-check": () => import("./model-check.bench.ts"),
  decide: () => import("./decide.bench.ts"),
  ingest: () => import("./ingest.bench.ts"),
  api: () => import("./api.bench.ts"),
  subscribe: () => import("./subscribe.bench.ts"),
  workloads: () => import("./workloads.bench.ts"),
};

const [name = "", ...words] = process.argv.slice(2);
const load = benchmarks[name];
if (load === undefined) {
  const names = Object.keys(benchmarks).join(", ");
  console.error(`usage: npm run bench -- NAME [--quick] [--json], NAME one of ${names}`);
  process.exit(2);
}
const { benchmark } = await load();
const { isJson, ...given } = readOptions(benchmark.options ?? []);
const result = await benchmark.run(given);
printTable(benchmark, result);
if (isJson) printJson(benchmark, result);
process.exit(0);

function readOptions(own: readonly string[]): Given & { readonly isJson: boolean } {
  const flag = { type: "boolean" } as const;
  const ownOptions = Object.fromEntries(own.map((each) => [each, { type: "string" } as const]));
  try {
    const options = { ...ownOptions, json: flag, quick: flag };
    const { values } = parseArgs({ args: words, options });
    const texts = Object.entries(values).filter(([each]) => own.includes(each));
    return {
      isQuick: values.quick === true,
      isJson: values.json === true,
      values: Object.fromEntries(texts.map(([each, value]) => [each, String(value)])),
    };
  } catch (error) {
    const further = own.map((each) => ` [--${each} ${each.toUpperCase()}]`).join("");
    const why = error instanceof Error ? error.message : String(error);
    console.error(`${why}\nusage: npm run bench -- ${name} [--quick] [--json]${further}`);
    process.exit(2);
  }
}
