import { documentVersion } from "@sc/contracts";
import { err, ok, type Result } from "@sc/domain";
import type {
  DocumentChange,
  DocumentFault,
  DocumentStore,
  DocumentWrite,
  LoadedDocuments,
  Log,
  NotSaved,
  StaleRevision,
  StoredDocument,
  StoreUnreadable,
} from "@sc/ports";
import type { SqliteFailure, SqliteFailureKind } from "../sqlite-failure.ts";
import { WorkerLink, workerScript } from "../worker-link.ts";
import { readDocument, writeContent } from "./document-contents.ts";
import type { DocumentReply, DocumentRequest, RowWrite } from "./document-protocol.ts";

/** A disk that takes longer hangs. The worker itself waits 2 s for a lock. */
const answerSeconds = 10;

const unreadableCodes: Readonly<Record<SqliteFailureKind, StoreUnreadable["code"]>> = {
  locked: "SC_STATE_LOCKED",
  corrupt: "SC_STATE_CORRUPT",
  newer: "SC_STATE_NEWER",
  full: "SC_STATE_UNREADABLE",
  other: "SC_STATE_UNREADABLE",
};

/**
 * Documents in one SQLite file, which a thread of its own reads and writes. Contents are checked here,
 * one by one, so that one bad document spoils no other and the thread loads nothing but SQLite.
 */
export class SqliteDocumentStore implements DocumentStore {
  readonly #path: string;
  readonly #log: Log;
  readonly #link: WorkerLink<DocumentRequest, DocumentReply>;
  readonly #listeners = new Set<(changed: readonly DocumentChange[]) => void>();

  constructor(deps: { readonly path: string; readonly log: Log; readonly script?: URL }) {
    this.#path = deps.path;
    this.#log = deps.log;
    this.#link = new WorkerLink({
      task: { kind: "documents", path: deps.path },
      log: deps.log,
      script: deps.script ?? workerScript,
      onReply: () => {},
      onDeath: () => {},
      onRestart: () => {},
    });
  }

  async load(): Promise<Result<LoadedDocuments, StoreUnreadable>> {
    const reply = await this.#link.ask({ kind: "load" }, answerSeconds);
    if (reply?.kind === "loaded") {
      const documents: StoredDocument[] = [];
      const faults: DocumentFault[] = [];
      for (const row of reply.rows) {
        const read = readDocument(row);
        if (read.ok) documents.push(read.value);
        else faults.push(read.error);
      }
      return ok({ documents, faults });
    }
    const failure = reply?.kind === "failed" ? reply.failure : unanswered;
    return err({
      code: unreadableCodes[failure.kind],
      text: `${this.#path}: ${failure.text}. The file was left alone`,
    });
  }

  async save(
    writes: readonly DocumentWrite[],
  ): Promise<Result<readonly StoredDocument[], NotSaved | StaleRevision>> {
    const rows: RowWrite[] = [];
    for (const write of writes) {
      const row = rowOf(write);
      if (!row.ok) return this.#notSaved({ kind: "other", text: row.error });
      rows.push(row.value);
    }
    // A save that was given up may have been made nevertheless: who watches must know.
    const reply = await this.#link.ask({ kind: "save", writes: rows }, answerSeconds, (late) =>
      this.#tell(writes, late),
    );
    if (reply?.kind === "saved") return ok(storedOf(writes, reply.revisions));
    if (reply?.kind === "stale") {
      const { kind, name } = reply.write;
      const { revision } = reply;
      const text = `${kind} ${name} has revision ${revision}: it was changed meanwhile`;
      return err({ code: "SC_STORE_STALE_REVISION", kind, name, revision, text });
    }
    return this.#notSaved(reply?.kind === "failed" ? reply.failure : unanswered);
  }

  watch(listen: (changed: readonly DocumentChange[]) => void): { cancel(): void } {
    this.#listeners.add(listen);
    return { cancel: () => this.#listeners.delete(listen) };
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #tell(writes: readonly DocumentWrite[], reply: DocumentReply): void {
    if (reply.kind !== "saved") return;
    const changed = writes.flatMap((write, index): DocumentChange[] => {
      const revision = reply.revisions[index];
      if (revision === undefined) return [];
      const document = write.action === "put" ? write.document : undefined;
      const { kind, name } = write.action === "put" ? write.document : write;
      return [{ kind, name, revision, document }];
    });
    if (changed.length === 0) return;
    for (const listen of this.#listeners) {
      try {
        listen(changed);
      } catch (error) {
        // The others hear of it nevertheless, and the save was made.
        this.#log.error("whoever watches the documents failed", { path: this.#path, error });
      }
    }
  }

  #notSaved({ kind, text }: SqliteFailure): Result<never, NotSaved> {
    const cause = kind === "full" || kind === "locked" ? kind : "other";
    return err({ code: "SC_STATE_NOT_SAVED", cause, text: `${this.#path}: ${text}` });
  }
}

const unanswered: SqliteFailure = {
  kind: "other",
  text: "there was no answer in time; what was asked for may still happen",
};

function rowOf(write: DocumentWrite): Result<RowWrite, string> {
  const { expectedRevision } = write;
  const version = documentVersion;
  if (write.action === "remove") {
    const { kind, name } = write;
    return ok({ kind, name, version, content: undefined, expectedRevision });
  }
  const { kind, name } = write.document;
  const content = writeContent(write.document);
  if (!content.ok) return err(`${kind} ${name}: ${content.error}`);
  return ok({ kind, name, version, content: content.value, expectedRevision });
}

const storedOf = (
  writes: readonly DocumentWrite[],
  revisions: readonly (number | undefined)[],
): readonly StoredDocument[] =>
  writes.flatMap((write, index) => {
    const revision = revisions[index];
    return write.action === "put" && revision !== undefined
      ? [{ document: write.document, revision }]
      : [];
  });
