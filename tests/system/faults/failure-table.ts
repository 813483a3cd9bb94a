/*
 * Reads `docs/operating/failure-modes.md`: what an operator reads there is what the proofs check, so
 * a word that is wrong in the table makes a test fail.
 */
import { readFileSync } from "node:fs";

const path = new URL("../../../docs/operating/failure-modes.md", import.meta.url);

export const steps = ["start", "sample", "decide", "plan", "journal", "write", "report"] as const;

/** One fault and what is promised about it. */
export interface FailureRow {
  readonly id: string;
  /** Where on the path of a tick it strikes; `start` is before the first. */
  readonly strikes: readonly string[];
  /** Words of the document's first table, in the order in which they come true. */
  readonly expected: readonly string[];
  /** `SC_…` is told by the health; other codes by the changes or the explanation of a container. */
  readonly codes: readonly string[];
  /** What a line of a log holds. */
  readonly logLines: readonly string[];
  readonly advice: string;
}

export interface FailureTable {
  /** What the rows may promise. */
  readonly words: readonly string[];
  readonly rows: readonly FailureRow[];
}

/** Throws what is wrong with the document. */
export function parseFailureTable(text: string): FailureTable {
  const words: string[] = [];
  const rows: FailureRow[] = [];
  for (const line of text.split("\n").filter((each) => each.startsWith("| `"))) {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const inner = cells.slice(1, -1);
    if (inner.length === 2) words.push(...quotedIn(inner[0], "`"));
    else rows.push(parseRow(inner, line));
  }
  return { words, rows };
}

function parseRow(cells: readonly string[], line: string): FailureRow {
  const [fault = "", strikes = "", expected, seen, advice = ""] = cells;
  const id = /^`([a-z0-9-]+)` \S/.exec(fault)?.[1];
  if (id === undefined || cells.length !== 5) throw new Error(`not a row of the table: ${line}`);
  return {
    id,
    strikes: strikes.split(", "),
    expected: quotedIn(expected, "`"),
    codes: quotedIn(seen, "`"),
    logLines: quotedIn(seen, '"'),
    advice,
  };
}

const quotedIn = (cell: string | undefined, quote: string): readonly string[] =>
  [...(cell ?? "").matchAll(new RegExp(`${quote}([^${quote}]+)${quote}`, "g"))].flatMap(
    ([, quoted]) => quoted ?? [],
  );

export const readFailureTable = (): FailureTable => parseFailureTable(readFileSync(path, "utf8"));
