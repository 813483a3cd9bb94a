import type { WallSeconds } from "../units/time.ts";

/** One value of one series at one time; metric, tags and time together are its identity. */
export interface SeriesPoint {
  readonly metric: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly stamp: WallSeconds;
  /** Finite: what is not known is no point. */
  readonly value: number;
}
