import { type Column, mostOf, type Recording } from "./recording.ts";
import type { Gap, ParsedTrace, TraceSeries } from "./series.ts";
import { addGap, type TimeGrid, timeGrid } from "./time-grid.ts";

/** Each column of a recording on even steps, in our units; a column with a fault is left out whole. */
export function toSeries(trace: string, recording: Recording): ParsedTrace {
  const grid = timeGrid(recording.stamps, recording.rows, recording.stepSeconds);
  const read = recording.columns.map((column) => readColumn(trace, column, grid));
  const series = read.filter((each) => typeof each !== "string");
  return {
    series,
    reasons: read.filter((each) => typeof each === "string"),
    notes: series.length === 0 ? [] : [...grid.notes, ...gapNotes(series)],
  };
}

function readColumn(trace: string, column: Column, grid: TimeGrid): TraceSeries | string {
  const { resource, kind } = column;
  const { stepSeconds } = grid;
  const values: number[] = [];
  const gaps: Gap[] = [];
  for (const { row, gapSeconds } of grid.rows) {
    const value = column.at(row);
    if (typeof value === "string") return `${resource}: ${value}`;
    addGap(gaps, values.length * stepSeconds, gapSeconds + (value === null ? stepSeconds : 0));
    if (value === null) continue;
    const scaled = column.scale(value, stepSeconds);
    const most = mostOf[kind === "requests" ? kind : resource];
    if (scaled > most)
      return `${resource}: reading ${row + 1} is ${value}, more than anything uses`;
    values.push(scaled);
  }
  if (values.length < 2) return `${resource}: fewer than two readings`;
  return { trace, resource, kind, stepSeconds, values: Float64Array.from(values), gaps };
}

function gapNotes(series: readonly TraceSeries[]): readonly string[] {
  return series.flatMap(({ resource, gaps }) => {
    if (gaps.length === 0) return [];
    const seconds = Math.round(gaps.reduce((sum, gap) => sum + gap.seconds, 0));
    return [`${resource}: ${gaps.length} gaps, ${seconds} s in all, are left out`];
  });
}
