/** A comma-separated text: a header, and a row of cells for each line after it. */
export interface Table {
  /** Trimmed and in lower case. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The path of the file, for what only its name tells. */
  readonly path: string;
}

export function parseTable(path: string, lines: readonly string[]): Table {
  const [header = "", ...rest] = lines;
  return {
    names: cellsOf(header).map((name) => name.trim().toLowerCase()),
    rows: rest.map(cellsOf),
    path,
  };
}

function cellsOf(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(",");
  // RFC 4180: a quoted cell may hold commas, and quotes doubled; none of ours holds a line's end.
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

/** What a cell says: nothing where it is empty; a text where it is no amount. */
export function amountOf(cell: string | undefined, line: number): number | null | string {
  const text = cell?.trim() ?? "";
  if (text === "") return null;
  const value = numberOf(text);
  if (value === undefined) return `line ${line}: ${shown(text)} is not a number`;
  return value < 0 ? `line ${line}: ${shown(text)} is negative` : value;
}

export function numberOf(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Seconds, as a number or as a moment of UTC: `2014-02-14 14:30:00`. */
export function secondsOf(cell: string | undefined): number | undefined {
  const text = cell?.trim() ?? "";
  const number = numberOf(text);
  if (number !== undefined) return number;
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)Z?$/.exec(text);
  const milliseconds = parts === null ? Number.NaN : Date.parse(`${parts[1]}T${parts[2]}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

const shownLength = 24;

/** A part of a file that can be put into a sentence. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > shownLength ? `${text.slice(0, shownLength)}…` : text);
