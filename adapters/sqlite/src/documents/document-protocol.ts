import type { DocumentKind } from "@sc/domain";
import type { SqliteFailure } from "../sqlite-failure.ts";

export type DocumentRequest =
  | { readonly kind: "load" }
  | { readonly kind: "save"; readonly writes: readonly RowWrite[] };

export interface RowWrite {
  readonly kind: DocumentKind;
  readonly name: string;
  /** Of the content. */
  readonly version: number;
  /** JSON; `undefined` removes. */
  readonly content: string | undefined;
  readonly expectedRevision: number | undefined;
}

export interface DocumentRow {
  readonly kind: string;
  readonly name: string;
  readonly revision: number;
  readonly version: number;
  readonly content: string;
}

export type DocumentReply =
  | { readonly kind: "loaded"; readonly rows: readonly DocumentRow[] }
  /** The new revision of each write; `undefined` = there was nothing to remove. */
  | { readonly kind: "saved"; readonly revisions: readonly (number | undefined)[] }
  | { readonly kind: "stale"; readonly write: RowWrite; readonly revision: number }
  | { readonly kind: "failed"; readonly failure: SqliteFailure };
