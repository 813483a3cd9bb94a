import type {
  Catalogue,
  Experiments,
  Imports,
  LiveDocuments,
  LiveStream,
  Orchestration,
  Replays,
  UsageHistories,
} from "@sc/ports";

/** Everything the API is a face of. */
export interface ApiFaces {
  readonly orchestration: Orchestration;
  readonly documents: LiveDocuments;
  readonly catalogue: Catalogue;
  readonly histories: UsageHistories;
  readonly experiments: Experiments;
  readonly replays: Replays;
  readonly imports: Imports;
  readonly stream: LiveStream;
  /** The text of `/metrics`, made when it is asked for. */
  readonly metrics: () => Promise<string>;
}
