import type { Column, Measure, Recording } from "../recording.ts";
import { amountOf, secondsOf, shown, type Table } from "../table.ts";

/** One kind of comma-separated file. */
export interface TableFormat {
  /** Whether a header is one of it. */
  isHeader(names: ReadonlySet<string>): boolean;
  /** The columns that hold stamps, where there is one. */
  readonly stampColumn: string;
  /** Of a file without stamps. */
  readonly stepSeconds: number;
  /** What its columns mean, or why that cannot be told. */
  measures(table: Table): readonly NamedMeasure[] | string;
}

export interface NamedMeasure extends Measure {
  /** The columns that are added up. */
  readonly names: readonly string[];
}

/** A table as what its format says it is; a text: why it cannot be. */
export function readTable(format: TableFormat, table: Table): Recording | string {
  const measures = format.measures(table);
  if (typeof measures === "string") return measures;
  const stamps = readStamps(format, table);
  if (typeof stamps === "string") return stamps;
  const columns = measures.flatMap((measure) => columnOf(measure, table));
  if (columns.length === 0) return "no column that tells of a resource";
  return {
    ...(stamps === undefined ? {} : { stamps }),
    stepSeconds: format.stepSeconds,
    rows: table.rows.length,
    columns,
  };
}

function readStamps(format: TableFormat, table: Table): readonly number[] | undefined | string {
  const index = table.names.indexOf(format.stampColumn);
  if (index < 0) return undefined;
  const stamps: number[] = [];
  for (const [row, cells] of table.rows.entries()) {
    const seconds = secondsOf(cells[index]);
    if (seconds === undefined)
      return `line ${lineOf(row)}: ${shown(cells[index] ?? "")} is no time`;
    stamps.push(seconds);
  }
  return stamps;
}

function columnOf({ names, ...measure }: NamedMeasure, table: Table): readonly Column[] {
  const indexes = names.map((name) => table.names.indexOf(name)).filter((index) => index >= 0);
  if (indexes.length === 0) return [];
  const at = (row: number): number | null | string => {
    let sum = 0;
    for (const index of indexes) {
      const amount = amountOf(table.rows[row]?.[index], lineOf(row));
      if (typeof amount !== "number") return amount;
      sum += amount;
    }
    return sum;
  };
  return [{ ...measure, at }];
}

/** The header is line 1. */
const lineOf = (row: number): number => row + 2;
