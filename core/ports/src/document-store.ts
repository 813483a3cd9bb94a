import type { Document, DocumentKind, Result } from "@sc/domain";

/** A document as it is stored; its revision grows by one with each change. */
export interface StoredDocument {
  readonly document: Document;
  readonly revision: number;
}

/** One document to write as a whole, or to remove. */
export type DocumentWrite = (
  | { readonly action: "put"; readonly document: Document }
  | { readonly action: "remove"; readonly kind: DocumentKind; readonly name: string }
) & {
  /** The revision the change was made from, 0 = there was none; absent = whatever is there. */
  readonly expectedRevision?: number;
};

/** A document that cannot be understood: it stays where it is and is not in force. */
export interface DocumentFault {
  readonly kind: string;
  readonly name: string;
  /** The one that is stored: what is to take its place is saved over it. */
  readonly revision: number;
  readonly code: "SC_DOCUMENT_INVALID" | "SC_DOCUMENT_NEWER";
  /** Field and bound. */
  readonly text: string;
}

export interface LoadedDocuments {
  readonly documents: readonly StoredDocument[];
  readonly faults: readonly DocumentFault[];
}

/** What people set and expect to find again after a restart. Reads and writes never stop the loop. */
export interface DocumentStore {
  /** Everything that is stored. A refusal means that nothing is known, not that nothing is set. */
  load(): Promise<Result<LoadedDocuments, StoreUnreadable>>;
  /**
   * All of them or none; once it answers ok, a crash does not lose them. Answers with what was put, in
   * the order of the writes. What is removed and put again counts its revisions on, so that nobody's old
   * revision fits by chance. To remove what is not there is no change.
   */
  save(
    writes: readonly DocumentWrite[],
  ): Promise<Result<readonly StoredDocument[], NotSaved | StaleRevision>>;
  /**
   * Calls back for every save that changed something, also one that removed (without document), and
   * before the save answers.
   */
  watch(listen: (changed: readonly DocumentChange[]) => void): { cancel(): void };
  close(): Promise<void>;
}

export interface DocumentChange {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly revision: number;
  /** `undefined` = it was removed. */
  readonly document: Document | undefined;
}

export interface NotSaved {
  readonly code: "SC_STATE_NOT_SAVED";
  /** What is to be done about it hangs on that. */
  readonly cause: "full" | "locked" | "other";
  readonly text: string;
}

export interface StaleRevision {
  readonly code: "SC_STORE_STALE_REVISION";
  readonly kind: DocumentKind;
  readonly name: string;
  /** The revision that is stored; 0 = none. */
  readonly revision: number;
  readonly text: string;
}

export interface StoreUnreadable {
  readonly code: "SC_STATE_LOCKED" | "SC_STATE_CORRUPT" | "SC_STATE_NEWER" | "SC_STATE_UNREADABLE";
  readonly text: string;
}
