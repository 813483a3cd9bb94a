import type { SeriesPoint } from "@sc/domain";

/** A store of series elsewhere. It may be slow, away or out of its mind; none of that throws. */
export interface SeriesWriter {
  /** Answers in bounded time, sooner when it is called off. */
  write(points: readonly SeriesPoint[], signal: AbortSignal): Promise<WriteAnswer>;
  /**
   * Of these the store does not have, as far as it tells; not there where writing twice is as good as once.
   * `undefined` = it gives no answer.
   */
  readonly absent?: AbsentPoints | undefined;
}

export type WriteAnswer =
  /** The store has them. */
  | { readonly kind: "taken" }
  /** It has all but `count` of them, which it will never take. */
  | { readonly kind: "refused"; readonly count: number; readonly text: string }
  /** It may have some, or none: they are to be sent again. */
  | { readonly kind: "away"; readonly text: string };

type AbsentPoints = (
  points: readonly SeriesPoint[],
  signal: AbortSignal,
) => Promise<readonly SeriesPoint[] | undefined>;
