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
  /** The oldest batch that was not sent. */
  next(): Promise<QueuedBatch | undefined>;
  /** The store says that it has the batch; it comes again after `rewind`, and after a restart. */
  sent(batch: SentBatch): Promise<void>;
  /** The store will not lose the batch any more: it never comes again. In the order of sending. */
  done(batch: SentBatch): Promise<void>;
  /** The store may have lost what it had: everything that is not done is to be sent. */
  rewind(): Promise<void>;
  status(): PointQueueStatus;
  /** What is under way is written first. */
  close(): Promise<void>;
}

export interface SentBatch {
  readonly id: string;
  readonly count: number;
}

export interface QueuedBatch extends SentBatch {
  readonly points: readonly SeriesPoint[];
}

export interface PointQueueStatus {
  /** Points that were not sent. */
  readonly waiting: number;
  readonly bytes: number;
  /** Points lost since the start: there was no room, or they could not be written or read. */
  readonly lost: number;
  /** Why nothing can be written just now; absent when all is well. */
  readonly failure: string | undefined;
}
