import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ForeignDatabase, NewerSchema } from "./sqlite-failure.ts";

/** "SCdb", in the header of every file of ours. */
const applicationId = 0x53_43_64_62;

export interface DatabaseShape {
  /** Of the schema; a file of a newer one is left alone. */
  readonly version: number;
  /** Settings of a new, empty file. */
  readonly preparation: string;
  readonly schema: string;
  /** Settings of every connection. */
  readonly connection: string;
}

/** How long a lock that is held elsewhere is waited for; only a worker ever waits. */
const busyMs = 2000;

/**
 * Opens the file, or makes it. Throws SQLite's errors, `NewerSchema` or `ForeignDatabase`; a file that
 * is not ours to write is not written.
 */
export function openDatabase(path: string, shape: DatabaseShape): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const database = new DatabaseSync(path, { timeout: busyMs });
  try {
    prepare(database, shape);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync, shape: DatabaseShape): void {
  const version = numberOf(database, "PRAGMA user_version");
  const isEmpty = numberOf(database, "SELECT count(*) FROM sqlite_schema") === 0;
  const isOurs = numberOf(database, "PRAGMA application_id") === applicationId;
  if (!isOurs && !isEmpty) throw new ForeignDatabase("it is another program's database");
  if (version > shape.version) throw new NewerSchema(version, shape.version);
  if (isEmpty) database.exec(shape.preparation);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(shape.connection);
  if (isEmpty) {
    inTransaction(database, () => {
      database.exec(shape.schema);
      database.exec(`PRAGMA application_id = ${applicationId}`);
      database.exec(`PRAGMA user_version = ${shape.version}`);
    });
  }
}

/** All that `run` does, or nothing of it. */
export function inTransaction<Value>(database: DatabaseSync, run: () => Value): Value {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = run();
    database.exec("COMMIT");
    return value;
  } catch (error) {
    // SQLite itself may have rolled back already, as on a full disk.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** The first column of the only row. */
export function numberOf(database: DatabaseSync, query: string): number {
  const row = database.prepare(query).get() ?? {};
  return Number(Object.values(row)[0] ?? 0);
}
