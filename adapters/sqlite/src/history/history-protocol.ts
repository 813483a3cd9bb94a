import type {
  HistoryRecordKind,
  StructureName,
  UsageHistory,
  UsageHistoryQuestion,
} from "@sc/domain";
import type { HistoryUnreadable, Retention } from "@sc/ports";

export type HistoryRequest =
  | {
      readonly kind: "reading";
      readonly stamp: number;
      /** Only when they are others than in the reading before. */
      readonly structures: readonly StructureName[] | undefined;
      readonly values: Float64Array;
    }
  | { readonly kind: "records"; readonly rows: readonly RecordRow[] }
  | { readonly kind: "retention"; readonly retention: Retention }
  | { readonly kind: "usage"; readonly question: UsageHistoryQuestion }
  | { readonly kind: "find-records"; readonly question: RecordSearch }
  | { readonly kind: "structures" };

export interface RecordRow {
  readonly kind: HistoryRecordKind;
  readonly structure: string;
  readonly stamp: number;
  /** JSON. */
  readonly content: string;
}

export interface RecordSearch {
  readonly kind: HistoryRecordKind;
  readonly structure: string | undefined;
  readonly limit: number;
  readonly from: number;
  readonly to: number;
}

export type HistoryReply =
  /** One for each thing that was sent to be kept. */
  | { readonly kind: "taken"; readonly status: WorkerStatus }
  /** Told by itself, when something was done. */
  | { readonly kind: "status"; readonly status: WorkerStatus }
  | { readonly kind: "usage"; readonly history: UsageHistory }
  | { readonly kind: "records"; readonly rows: readonly RecordRow[] }
  | { readonly kind: "structures"; readonly names: readonly string[] }
  | { readonly kind: "failed"; readonly failure: HistoryUnreadable };

export interface WorkerStatus {
  /** Since this worker began. */
  readonly lostReadings: number;
  readonly lostRecords: number;
  /** What is in its memory only, and lost when it dies. */
  readonly unwrittenReadings: number;
  readonly unwrittenRecords: number;
  /** Chunks that wait to be written. */
  readonly waitingChunks: number;
  readonly damagedChunks: number;
  readonly sizeMib: number | undefined;
  readonly failure: HistoryUnreadable | undefined;
}
