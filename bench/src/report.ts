import { cpus, release, totalmem } from "node:os";
import type { Benchmark } from "./benchmark.ts";

type Figures = Readonly<Record<string, number>>;
/** What a report says beside figures. */
type Told = Omit<Benchmark, "run">;

export function printTable(benchmark: Told, figures: Figures): void {
  const rows = Object.entries(figures).map(([key, value]) => {
    const bound = benchmark.bounds[key];
    return [
      key,
      format(value),
      bound === undefined ? "" : `at most ${bound}`,
      verdict(value, bound),
    ];
  });
  printCells([["figure", "value", "bound", ""], ...rows], new Set([1]));
  console.log(`\n${benchmark.about}`);
}

/** Where the result is a table: a row each, its first column is what it is about. */
export function printRows(
  { name, about, bounds }: Told,
  rows: readonly Readonly<Record<string, string | number>>[],
  isJson: boolean,
): void {
  const keys = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => [
    ...keys.map((key) => String(row[key])),
    keys.every((key) => verdict(Number(row[key]), bounds[key]) !== "NOT MET") ? "met" : "NOT MET",
  ]);
  const last = Object.values(bounds).every((bound) => bound === 0) ? "bound 0" : "bounds";
  printCells([[...keys, last], ...cells], new Set(keys.keys().drop(1)));
  console.log(`\n${about}`);
  if (isJson) console.log(JSON.stringify({ bench: name, machine: machine(), rows }));
}

function printCells(table: readonly (readonly string[])[], toTheRight: ReadonlySet<number>): void {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of table) {
    const cells = row.map((cell, column) =>
      toTheRight.has(column)
        ? cell.padStart(widths[column] ?? 0)
        : cell.padEnd(widths[column] ?? 0),
    );
    console.log(cells.join("  ").trimEnd());
  }
}

export function printJson(benchmark: Told, figures: Figures): void {
  console.log(JSON.stringify({ bench: benchmark.name, machine: machine(), figures }));
}

const machine = () => ({
  cores: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  memoryMib: Math.round(totalmem() / 1_048_576),
  kernel: release(),
  node: process.version,
});

const format = (value: number): string =>
  Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);

function verdict(value: number, bound: number | undefined): string {
  if (bound === undefined) return "";
  return value <= bound ? "met" : "NOT MET";
}
