import { cpus, release, totalmem } from "node:os";
import type { Benchmark, BenchmarkResult, BenchmarkRow, Bound } from "./benchmark.ts";

/** What a report says beside figures. */
type Told = Omit<Benchmark, "run">;

export function printTable(told: Told, result: BenchmarkResult): void {
  for (const line of tableLines(told, result)) console.log(line);
  console.log(`\n${told.about}`);
}

export function printJson({ name }: Told, result: BenchmarkResult): void {
  console.log(JSON.stringify({ bench: name, machine: machine(), ...result }));
}

export const tableLines = (told: Told, result: BenchmarkResult): readonly string[] =>
  "figures" in result ? linesOfFigures(told, result.figures) : linesOfRows(told, result.rows);

function linesOfFigures(
  { bounds }: Told,
  figures: Readonly<Record<string, number>>,
): readonly string[] {
  const rows = Object.entries(figures).map(([key, value]) => {
    const bound = bounds[key];
    return [key, format(value), bound === undefined ? "" : boundText(bound), verdict(value, bound)];
  });
  return alignedLines([["figure", "value", "bound", ""], ...rows], new Set([1]));
}

/** A row each; the last column says whether all bounds of the row hold. */
function linesOfRows({ bounds }: Told, rows: readonly BenchmarkRow[]): readonly string[] {
  const keys = Object.keys(rows[0] ?? {});
  const verdictOf = (row: BenchmarkRow): string =>
    keys.every((key) => verdict(row[key], bounds[key]) !== "NOT MET") ? "met" : "NOT MET";
  const hasBounds = Object.keys(bounds).length > 0;
  const cells = rows.map((row) => [
    ...keys.map((key) => format(row[key])),
    ...(hasBounds ? [verdictOf(row)] : []),
  ]);
  const head = [...keys, ...(hasBounds ? [headOfBounds(Object.values(bounds))] : [])];
  const isNumeric = (key: string): boolean => rows.every((row) => typeof row[key] !== "string");
  const toTheRight = new Set(keys.keys().filter((index) => isNumeric(keys[index] ?? "")));
  return alignedLines([head, ...cells], toTheRight);
}

const headOfBounds = (bounds: readonly Bound[]): string =>
  bounds.every((bound) => bound === 0) ? "bound 0" : "bounds";

function alignedLines(
  table: readonly (readonly string[])[],
  toTheRight: ReadonlySet<number>,
): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
  const aligned = (cell: string, column: number): string =>
    toTheRight.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return table.map((row) => row.map(aligned).join("  ").trimEnd());
}

const machine = () => ({
  cores: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  memoryMib: Math.round(totalmem() / 1_048_576),
  kernel: release(),
  node: process.version,
});

function format(value: string | number | null | undefined): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "-";
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1) return value.toFixed(3);
  return value.toFixed(size < 10 ? 2 : 1);
}

const boundText = (bound: Bound): string =>
  typeof bound === "number" ? `at most ${bound}` : `at least ${bound.atLeast}`;

/** What is no number keeps no bound. */
function verdict(value: BenchmarkRow[string] | undefined, bound: Bound | undefined): string {
  if (bound === undefined) return "";
  if (typeof value !== "number") return "NOT MET";
  const isMet = typeof bound === "number" ? value <= bound : value >= bound.atLeast;
  return isMet ? "met" : "NOT MET";
}
