import type { LiveDocuments, LiveStream, Orchestration, UsageHistories } from "@sc/ports";

/** Everything the API is a face of. Routes of what is not given do not exist. */
export interface ApiFaces {
  readonly orchestration: Orchestration;
  readonly documents?: LiveDocuments | undefined;
  readonly histories?: UsageHistories | undefined;
  readonly stream?: LiveStream | undefined;
  /** The text of `/metrics`, made when it is asked for. */
  readonly metrics?: (() => Promise<string>) | undefined;
}
