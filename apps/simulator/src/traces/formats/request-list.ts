import { asItIs, type Recording } from "../recording.ts";
import { amountOf, numberOf } from "../table.ts";

/** microsoft/autothrottle: a number a line, the requests of one second. */
export const isRequestList = (lines: readonly string[]): boolean =>
  numberOf(lines[0]?.trim() ?? "") !== undefined;

export const readRequestList = (lines: readonly string[]): Recording => ({
  stepSeconds: 1,
  rows: lines.length,
  columns: [
    {
      resource: "cpu",
      kind: "requests",
      scale: asItIs,
      at: (row) => amountOf(lines[row], row + 1) ?? `line ${row + 1} is empty`,
    },
  ],
});
