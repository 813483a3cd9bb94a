import type { PeriodClass } from "../arms/cpu-arms.ts";
import type { TraceSeries } from "../traces/series.ts";

/** Where a load comes from: a measured series, or a generator by name. */
export type LoadSource =
  | { readonly kind: "trace"; readonly series: TraceSeries }
  | { readonly kind: "generator"; readonly name: string; readonly resource: "cpu" | "mem" };

/** One run: a controller on a load that one seed deals out. */
export interface FrontierTask {
  readonly source: LoadSource;
  readonly policy: string;
  readonly period: PeriodClass;
  readonly seed: number;
}

/** What one run found; what a resource has no figure for is `null`. */
export interface FrontierFigures {
  readonly utilization: number;
  readonly throttledRatio: number;
  readonly p99BacklogMs: number | null;
  readonly p999BacklogMs: number | null;
  readonly changesPerMinute: number;
  readonly neighbourP99Ms: number | null;
  readonly kills: number;
}

/** A trace's path, or a generator's name after a word that no path begins with. */
export const nameOf = (source: LoadSource): string =>
  source.kind === "trace" ? source.series.trace : `generator:${source.name}`;

export const resourceOf = (source: LoadSource): string =>
  source.kind === "trace" ? source.series.resource : source.resource;
