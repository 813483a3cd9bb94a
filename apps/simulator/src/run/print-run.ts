import { figureRows, settingPairs } from "./describe-run.ts";
import type { RunChange, RunReport } from "./run-report.ts";

/** The figures as a table, and where asked every change with its reason. */
export function runTable(report: RunReport, options: { readonly hasChanges: boolean }): string {
  const pairs = [
    ...settingPairs(report),
    ...figureRows(report.figures).map(({ name, value }) => [name, value] as const),
    ["changes", String(report.changes.length)] as const,
  ];
  const width = Math.max(...pairs.map(([name]) => name.length));
  const lines = pairs.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`);
  return [...lines, ...(options.hasChanges ? ["", ...changeLines(report.changes)] : [])].join("\n");
}

const changeLines = (changes: readonly RunChange[]): readonly string[] =>
  changes.map(({ atSeconds, from, to, code, text }) => {
    const limits = `${shares(from)} → ${shares(to)}`;
    return `${atSeconds.toFixed(1).padStart(9)} s  ${limits.padEnd(18)}  ${code}: ${printable(text)}`;
  });

/** What a machine reads: all but the curves, which are the page's. */
export const runJson = ({ curves: _, ...report }: RunReport): string =>
  JSON.stringify({ simulate: "run", ...report });

const shares = (value: number | null): string =>
  value === null ? "none" : String(Number(value.toFixed(2)));

/** A file's name must not steer the terminal it is shown on. */
const printable = (text: string): string => text.replace(/\p{Cc}/gu, "�");
