import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../errors.ts";
import { findFiles } from "./find-files.ts";
import { parseTrace } from "./parse-trace.ts";
import type { ParsedTrace, TraceSet } from "./series.ts";

/** Every series of a folder and all folders below it, or of one file. */
export function readTraces(path: string): TraceSet {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no file or folder ${path}`);
  const isFolder = stats.isDirectory();
  const folder = isFolder ? path : dirname(path);
  const found = isFolder ? findFiles(path) : { files: [basename(path)], skipped: [] };
  const parsed = found.files.map((file) => ({ file, ...readFile(folder, file) }));
  return {
    series: parsed.flatMap(({ series }) => series),
    skipped: [
      ...found.skipped,
      ...parsed.flatMap(({ file, reasons }) => reasons.map((reason) => ({ file, reason }))),
    ].toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    notes: parsed.flatMap(({ file, notes }) => notes.map((note) => ({ file, note }))),
  };
}

function readFile(folder: string, file: string): ParsedTrace {
  const skip = (reason: string): ParsedTrace => ({ series: [], reasons: [reason], notes: [] });
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, file));
  } catch (error) {
    return skip(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return parseTrace(file, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof TypeError) return skip("not a text in UTF-8");
    throw error;
  }
}
