import type { RunFigures, RunReport } from "./run-report.ts";

/** A figure as people read it. */
interface FigureRow {
  readonly name: string;
  readonly value: string;
}

export const figureRows = (figures: RunFigures): readonly FigureRow[] => [
  { name: "utilization", value: percent(figures.utilization) },
  { name: "used", value: `${figures.usedCoreSeconds.toFixed(1)} core-s` },
  { name: "allocated", value: `${figures.allocatedCoreSeconds.toFixed(1)} core-s` },
  { name: "throttled", value: percent(figures.throttledRatio) },
  { name: "p50 backlog", value: milliseconds(figures.p50BacklogMs) },
  { name: "p99 backlog", value: milliseconds(figures.p99BacklogMs) },
  { name: "p99.9 backlog", value: milliseconds(figures.p999BacklogMs) },
  { name: "changes a minute", value: figures.changesPerMinute.toFixed(1) },
];

export const settingPairs = (
  report: RunReport,
): readonly (readonly [name: string, value: string])[] => [
  ["policy", report.policy],
  ["load", report.source],
  ["virtual time", `${report.seconds} s`],
  ["period", report.period === "own" ? "the policy's own" : report.period],
  ["seed", String(report.seed)],
];

const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
const milliseconds = (value: number): string =>
  `${value.toFixed(value !== 0 && value < 10 ? 2 : 0)} ms`;
