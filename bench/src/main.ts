import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { printJson, printTable } from "./report.ts";

/** Loaded when asked for: each brings what it measures. */
const benchmarks: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  reaction: () => import("./reaction.bench.ts"),
  order: () => import("./order.bench.ts"),
  agent: () => import("./agent.bench.ts"),
  history: () => import("./history.bench.ts"),
  lease: () => import("./lease.bench.ts"),
  start: () => import("./start.bench.ts"),
  decide: () => import("./decide.bench.ts"),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, quick: { type: "boolean" } },
});
const load = benchmarks[positionals[0] ?? ""];
if (load === undefined) {
  console.error(
    `usage: npm run bench -- NAME [--quick] [--json], NAME one of ${Object.keys(benchmarks).join(", ")}`,
  );
  process.exit(2);
}
const { benchmark } = await load();
const result = await benchmark.run({ isQuick: values.quick === true });
printTable(benchmark, result);
if (values.json === true) printJson(benchmark, result);
process.exit(0);
