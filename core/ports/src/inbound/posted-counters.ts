/** What became of the points that monitors posted since the start. */
export interface PostedCounters {
  readonly accepted: number;
  /** By reason; among the accepted, what came late or took the place of the same time. */
  readonly refused: readonly CountedPoints[];
  readonly noted: readonly CountedPoints[];
  /** Kept now. */
  readonly series: number;
}

export interface CountedPoints {
  readonly why: string;
  readonly count: number;
}
