/** A series as a query sees it, wherever it comes from. */
export interface FoundSeries {
  readonly tags: Readonly<Record<string, string>>;
  /** Rising. */
  readonly stamps: readonly number[];
  readonly values: readonly number[];
}

export interface TimeRange {
  /** Unix seconds, both included. */
  readonly from: number;
  readonly to: number;
}
