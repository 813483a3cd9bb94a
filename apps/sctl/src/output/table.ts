export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
}

const gap = "  ";

/** Rows under their titles, each column as wide as its widest text. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = columns.map(({ title, text, isNumber }) => {
    const texts = [title, ...rows.map(text)];
    const width = Math.max(...texts.map((each) => each.length));
    return texts.map((each) => (isNumber === true ? each.padStart(width) : each.padEnd(width)));
  });
  return [-1, ...rows.keys()]
    .map((row) => cells.map((column) => column[row + 1]).join(gap))
    .map((line) => line.trimEnd())
    .join("\n");
}

/** `name  value` lines with the values in one column. */
export const pairs = (lines: readonly (readonly [name: string, value: string])[]): string => {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, value]) => `${name.padEnd(width)}${gap}${value}`.trimEnd()).join("\n");
};

/** Lines no longer than a terminal is wide, the cut ones marked. */
export const cut = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => (line.length <= width ? line : `${line.slice(0, Math.max(width - 1, 0))}…`))
    .join("\n");
