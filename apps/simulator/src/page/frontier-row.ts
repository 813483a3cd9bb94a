/** One policy on one trace, as `frontier` prints it; what has no such figure has none. */
export interface FrontierRow {
  readonly policy: string;
  readonly trace: string;
  readonly resource: string;
  readonly period: string;
  readonly utilization: number | null;
  readonly throttledRatio: number | null;
  readonly p99BacklogMs: number | null;
  readonly p999BacklogMs: number | null;
  readonly changesPerMinute: number | null;
  readonly neighbourP99Ms: number | null;
  readonly kills: number | null;
}
