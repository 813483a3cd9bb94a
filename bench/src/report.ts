import { cpus, release, totalmem } from "node:os";
import type { Benchmark } from "./benchmark.ts";

type Figures = Readonly<Record<string, number>>;

export function printTable(benchmark: Benchmark, figures: Figures): void {
  const rows = Object.entries(figures).map(([key, value]) => {
    const bound = benchmark.bounds[key];
    return [
      key,
      format(value),
      bound === undefined ? "" : `at most ${bound}`,
      verdict(value, bound),
    ];
  });
  const table = [["figure", "value", "bound", ""], ...rows];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const [key = "", value = "", bound = "", met = ""] of table) {
    const cells = [
      key.padEnd(widths[0] ?? 0),
      value.padStart(widths[1] ?? 0),
      bound.padEnd(widths[2] ?? 0),
      met,
    ];
    console.log(cells.join("  ").trimEnd());
  }
  console.log(`\n${benchmark.about}`);
}

export function printJson(benchmark: Benchmark, figures: Figures): void {
  const machine = {
    cores: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    memoryMib: Math.round(totalmem() / 1_048_576),
    kernel: release(),
    node: process.version,
  };
  console.log(JSON.stringify({ bench: benchmark.name, machine, figures }));
}

const format = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);

function verdict(value: number, bound: number | undefined): string {
  if (bound === undefined) return "";
  return value <= bound ? "met" : "NOT MET";
}
