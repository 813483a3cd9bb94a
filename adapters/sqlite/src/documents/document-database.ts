import type { DatabaseSync } from "node:sqlite";
import { type DatabaseShape, inTransaction, numberOf, openDatabase } from "../open-database.ts";
import { ForeignDatabase, failureOf } from "../sqlite-failure.ts";
import type { DocumentReply, DocumentRequest, DocumentRow, RowWrite } from "./document-protocol.ts";

/** A removed document keeps its row, without content, so that its revisions go on when it comes back. */
const shape: DatabaseShape = {
  version: 1,
  preparation: "",
  schema: `
    CREATE TABLE document (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      revision INTEGER NOT NULL,
      version INTEGER NOT NULL,
      content TEXT,
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID`,
  // What was answered with ok outlives a power cut.
  connection: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576",
};

/** So many removed documents are remembered; then all of them are forgotten. */
const removedMax = 10_000;

/** The documents' database, in its worker. Opened when it is first needed, and again after a failure. */
export class DocumentDatabase {
  readonly #path: string;
  #database: DatabaseSync | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  answer(request: DocumentRequest): { readonly reply: DocumentReply; readonly transfer: [] } {
    return { reply: this.#answer(request), transfer: [] };
  }

  #answer(request: DocumentRequest): DocumentReply {
    try {
      const database = this.#opened();
      if (request.kind === "load") return { kind: "loaded", rows: load(database) };
      return inTransaction(database, () => save(database, request.writes));
    } catch (error) {
      if (error instanceof Stale) return error.reply;
      return { kind: "failed", failure: failureOf(error) };
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #opened(): DatabaseSync {
    if (this.#database !== undefined) return this.#database;
    const database = openDatabase(this.#path, shape);
    try {
      checkWhole(database);
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
    return database;
  }
}

function save(database: DatabaseSync, writes: readonly RowWrite[]): DocumentReply {
  const find = database.prepare(
    "SELECT revision, content IS NOT NULL AS isThere FROM document WHERE kind = ? AND name = ?",
  );
  const put = database.prepare("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?)");
  const revisions = writes.map((write) => {
    const { kind, name, version, content, expectedRevision } = write;
    const row = find.get(kind, name);
    const found = Number(row?.revision ?? 0);
    const isThere = row?.isThere === 1;
    const revision = isThere ? found : 0;
    if (expectedRevision !== undefined && expectedRevision !== revision)
      throw new Stale({ kind: "stale", write, revision });
    if (content === undefined && !isThere) return undefined;
    put.run(kind, name, found + 1, version, content ?? null);
    return found + 1;
  });
  if (numberOf(database, "SELECT count(*) FROM document WHERE content IS NULL") > removedMax)
    database.exec("DELETE FROM document WHERE content IS NULL");
  return { kind: "saved", revisions };
}

/** Ends the transaction of a save that was made from another revision. */
class Stale extends Error {
  readonly reply: DocumentReply;

  constructor(reply: DocumentReply) {
    super("stale revision");
    this.reply = reply;
  }
}

function checkWhole(database: DatabaseSync): void {
  const [first] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  if (first !== "ok") throw new ForeignDatabase(String(first));
}

/** Numbers that JavaScript cannot hold are cut: a damaged row must not keep back the others. */
function load(database: DatabaseSync): readonly DocumentRow[] {
  const most = Number.MAX_SAFE_INTEGER;
  const rows = database
    .prepare(
      `SELECT kind, name, content, max(0, min(revision, ${most})) AS revision,
         max(0, min(version, ${most})) AS version
       FROM document WHERE content IS NOT NULL ORDER BY kind, name`,
    )
    .all();
  return rows.map((row) => ({
    kind: String(row.kind),
    name: String(row.name),
    revision: Number(row.revision),
    version: Number(row.version),
    content: String(row.content),
  }));
}
