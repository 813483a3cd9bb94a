import type { SeriesPoint } from "@sc/domain";

/**
 * Points on their way to a store of series, in the order in which they came, kept where they outlive
 * the process. Bounded: when it is full the oldest are lost, and counted.
 */
export interface PointQueue {
  /**
   * Answers once the points are where a death of the process does not take them, or are counted as
   * lost; it never rejects. They are taken one after the other, in small pieces, while other work goes on.
   */
  append(points: Iterable<SeriesPoint>): Promise<void>;
  /** The oldest batch that is not done: the same one until then, also after a restart. */
  next(): Promise<QueuedBatch | undefined>;
  /** A store has the batch: it will not come again, also after a restart. */
  done(batch: QueuedBatch): Promise<void>;
  status(): PointQueueStatus;
  /** What is under way is written first. */
  close(): Promise<void>;
}

export interface QueuedBatch {
  readonly id: string;
  readonly points: readonly SeriesPoint[];
}

export interface PointQueueStatus {
  /** Points that wait for the store. */
  readonly waiting: number;
  readonly bytes: number;
  /** Points lost since the start: there was no room, or they could not be written or read. */
  readonly lost: number;
  /** Why nothing can be written just now; absent when all is well. */
  readonly failure: string | undefined;
}
