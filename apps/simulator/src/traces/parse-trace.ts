import { alibaba } from "./formats/alibaba.ts";
import { nab } from "./formats/nab.ts";
import { nezha } from "./formats/nezha.ts";
import { plain } from "./formats/plain.ts";
import { isRequestList, readRequestList } from "./formats/request-list.ts";
import { readTable, type TableFormat } from "./formats/table-format.ts";
import { readUsageHistory } from "./formats/usage-history.ts";
import { usageSheet } from "./formats/usage-sheet.ts";
import type { Recording } from "./recording.ts";
import type { ParsedTrace } from "./series.ts";
import { parseTable, shown } from "./table.ts";
import { toSeries } from "./to-series.ts";

/** Of a day at ten readings a second there are fewer; what comes after is not looked at. */
const mostLines = 1_000_000;

/** A header is of one of them at most. */
const tableFormats: readonly TableFormat[] = [nezha, nab, alibaba, usageSheet, plain];

/**
 * What a file's text says. Its format is told by its content, because whoever collects traces names
 * them as they like; what cannot be used is an answer with a reason, never an error.
 */
export function parseTrace(trace: string, text: string): ParsedTrace {
  const recording = recognize(trace, text);
  return typeof recording === "string"
    ? { series: [], reasons: [recording], notes: [] }
    : toSeries(trace, recording);
}

function recognize(trace: string, text: string): Recording | string {
  if (text.trim() === "") return "empty";
  if (text.includes("\0")) return "not a text";
  if (/^\s*[{[]/.test(text)) return readUsageHistory(text);
  const lines = text.trimEnd().split(/\r\n|\n|\r/, mostLines);
  if (isRequestList(lines)) return readRequestList(lines);
  const table = parseTable(
    trace,
    lines.filter((line) => line.trim() !== ""),
  );
  const names = new Set(table.names);
  const format = tableFormats.find(({ isHeader }) => isHeader(names));
  if (format === undefined) return `no known format: it begins with ${shown(lines[0] ?? "")}`;
  return table.rows.length === 0 ? "a header and no readings" : readTable(format, table);
}
