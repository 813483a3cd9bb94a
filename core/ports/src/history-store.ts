import type {
  HistoryReading,
  HistoryRecord,
  HistoryRecordKind,
  Result,
  StructureName,
  UsageHistory,
  UsageHistoryQuestion,
  WallSeconds,
} from "@sc/domain";

/**
 * What is remembered of usage, limits and decisions. Appending never waits, never throws and costs the
 * caller next to nothing: what does not fit, or cannot be written, is lost and counted.
 */
export interface HistoryStore {
  /** The caller may use its arrays again at once. */
  appendReading(reading: HistoryReading): void;
  appendRecords(records: readonly HistoryRecord[]): void;
  /** Sees everything that was appended before and was not lost. */
  usage(question: UsageHistoryQuestion): Promise<Result<UsageHistory, HistoryUnreadable>>;
  /** Newest first. */
  records<Kind extends HistoryRecordKind>(
    question: RecordQuestion<Kind>,
  ): Promise<Result<readonly Extract<HistoryRecord, { kind: Kind }>[], HistoryUnreadable>>;
  /** Names there is any usage of, sorted; also of structures that are gone. */
  structures(): Promise<Result<readonly StructureName[], HistoryUnreadable>>;
  status(): HistoryStatus;
  /** In force from the next look at what is too old. */
  setRetention(retention: Retention): void;
  /** What is under way is written first, in bounded time. */
  close(): Promise<void>;
}

export interface RecordQuestion<Kind extends HistoryRecordKind> {
  readonly kind: Kind;
  readonly structure?: StructureName | undefined;
  /** At most so many. */
  readonly limit: number;
  /** From this stamp on. */
  readonly from?: WallSeconds | undefined;
  /** Before this stamp. */
  readonly to?: WallSeconds | undefined;
}

export interface Retention {
  readonly rawHours: number;
  readonly tenSecondDays: number;
  readonly minuteDays: number;
  readonly sizeMaxMib: number;
}

export interface HistoryStatus {
  /** Readings (one structure at one time) and records that were lost since the start. */
  readonly lostReadings: number;
  readonly lostRecords: number;
  /** Batches that wait to be written. */
  readonly queued: number;
  readonly sizeMib: number | undefined;
  /** Why nothing is written just now; absent when all is well. */
  readonly failure: HistoryUnreadable | undefined;
}

export interface HistoryUnreadable {
  readonly code:
    | "SC_HISTORY_LOCKED"
    | "SC_HISTORY_FULL"
    | "SC_HISTORY_CORRUPT"
    | "SC_HISTORY_NEWER"
    | "SC_HISTORY_UNAVAILABLE";
  readonly text: string;
}
