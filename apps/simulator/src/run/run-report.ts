/** What one simulated container did under one policy. */
export interface RunReport {
  readonly policy: string;
  /** A trace's path, or a generator's name. */
  readonly source: string;
  readonly seed: number;
  readonly seconds: number;
  /** `own`: the policy chooses; `100ms`: it is held to the kernel's default. */
  readonly period: string;
  readonly figures: RunFigures;
  readonly curves: RunCurves;
  readonly changes: readonly RunChange[];
}

export interface RunFigures {
  readonly usedCoreSeconds: number;
  readonly allocatedCoreSeconds: number;
  /** Used ÷ allocated. */
  readonly utilization: number;
  /** Share of the time in which the quota held the container back. */
  readonly throttledRatio: number;
  /** Work that is due and not done, as the time it takes at the limit. */
  readonly p50BacklogMs: number;
  readonly p99BacklogMs: number;
  readonly p999BacklogMs: number;
  readonly changesPerMinute: number;
}

/** A value for each step; `null`: there was none. In shares, but the backlog. */
export interface RunCurves {
  readonly stepSeconds: number;
  readonly used: readonly (number | null)[];
  readonly limit: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly backlogMs: readonly (number | null)[];
}

export interface RunChange {
  readonly atSeconds: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly code: string;
  readonly text: string;
}
