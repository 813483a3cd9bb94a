import { existsSync, renameSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type DatabaseShape, inTransaction, numberOf, openDatabase } from "../open-database.ts";
import type { FinishedChunk } from "./backlog.ts";
import type { RecordRow, RecordSearch } from "./history-protocol.ts";
import { freshTier, tiers } from "./tiers.ts";

/**
 * A chunk belongs to a tier, a structure and a run (`clock` counts them: the clock stepped back in between);
 * first and last are its stamps in milliseconds. A crash of the machine may lose the last commits, never the
 * file.
 */
const shape: DatabaseShape = {
  version: 1,
  preparation: "PRAGMA auto_vacuum = INCREMENTAL",
  schema: `
    CREATE TABLE structure (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE chunk (
      id INTEGER PRIMARY KEY,
      tier INTEGER NOT NULL,
      structure INTEGER NOT NULL,
      run INTEGER NOT NULL,
      first INTEGER NOT NULL,
      last INTEGER NOT NULL,
      data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX chunk_place ON chunk (tier, structure, run, first, last);
    CREATE TABLE clock (run INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
    INSERT INTO clock VALUES (0, 0);
    CREATE TABLE record (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      structure TEXT NOT NULL,
      stamp REAL NOT NULL,
      content TEXT NOT NULL
    ) STRICT;
    CREATE INDEX record_time ON record (kind, stamp);
    CREATE INDEX record_structure ON record (kind, structure, stamp);`,
  // The table came later than the version: a file that has none gets it, and no older server minds.
  connection: `
    PRAGMA synchronous = NORMAL;
    PRAGMA journal_size_limit = 4194304;
    CREATE TABLE IF NOT EXISTS aged (until INTEGER NOT NULL) STRICT`,
};

export interface StoredChunk {
  readonly id: number;
  readonly tier: number;
  readonly run: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The history's file, in its worker. Throws what SQLite throws. */
export class HistoryDatabase implements Disposable {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #ids = new Map<string, number>();

  constructor(path: string) {
    this.database = openDatabase(path, shape);
  }

  [Symbol.dispose](): void {
    this.database.close();
  }

  /** The run that began last, and its last stamp. */
  clock(): { readonly run: number; readonly lastMs: number } {
    const row = this.statement("SELECT run, last FROM clock").get();
    return { run: Number(row?.run ?? 0), lastMs: Number(row?.last ?? 0) };
  }

  /** The latest time, in milliseconds, that history was ever measured by; `undefined` = never yet. */
  agedUntilMs(): number | undefined {
    const row = this.statement("SELECT until FROM aged").get();
    if (row !== undefined) return Number(row.until);
    const { lastMs } = this.clock();
    return lastMs === 0 ? undefined : lastMs;
  }

  noteAged(untilMs: number): void {
    inTransaction(this.database, () => {
      this.statement("DELETE FROM aged").run();
      this.statement("INSERT INTO aged VALUES (?)").run(Math.round(untilMs));
    });
  }

  /** All of it or nothing. `runBase` is added to the runs, which count from the worker's start. */
  write(chunks: readonly FinishedChunk[], records: readonly RecordRow[], runBase: number): void {
    try {
      inTransaction(this.database, () => this.#write(chunks, records, runBase));
    } catch (error) {
      // Ids that were taken within it are taken no longer, and another structure may get them.
      this.#ids.clear();
      throw error;
    }
  }

  #write(chunks: readonly FinishedChunk[], records: readonly RecordRow[], runBase: number): void {
    for (const { structure, run, firstMs, lastMs, data } of chunks)
      this.insertChunk(freshTier.number, {
        structure: this.#idFor(structure),
        run: runBase + run,
        firstMs,
        lastMs,
        data,
      });
    const last = chunks.at(-1);
    if (last !== undefined)
      this.statement("UPDATE clock SET run = ?, last = ?").run(runBase + last.run, last.lastMs);
    const insert = this.statement(
      "INSERT INTO record (kind, structure, stamp, content) VALUES (?, ?, ?, ?)",
    );
    for (const { kind, structure, stamp, content } of records)
      insert.run(kind, structure, stamp, content);
  }

  insertChunk(
    tier: number,
    chunk: {
      readonly structure: number;
      readonly run: number;
      readonly firstMs: number;
      readonly lastMs: number;
      readonly data: Uint8Array;
    },
  ): void {
    const { structure, run, firstMs, lastMs, data } = chunk;
    this.statement(
      "INSERT INTO chunk (tier, structure, run, first, last, data) VALUES (?, ?, ?, ?, ?, ?)",
    ).run(tier, structure, run, firstMs, lastMs, data);
  }

  chunksOf(structure: string): readonly StoredChunk[] {
    const everyTier = tiers.map(({ number }) => number).join(", ");
    return this.statement(
      `SELECT id, tier, run, first, last FROM chunk
       WHERE tier IN (${everyTier}) AND structure = (SELECT id FROM structure WHERE name = ?)`,
    )
      .all(structure)
      .map((row) => ({
        id: Number(row.id),
        tier: Number(row.tier),
        run: Number(row.run),
        firstMs: Number(row.first),
        lastMs: Number(row.last),
      }));
  }

  data(id: number): Uint8Array {
    const data = this.statement("SELECT data FROM chunk WHERE id = ?").get(id)?.data;
    return data instanceof Uint8Array ? data : new Uint8Array();
  }

  structures(): readonly string[] {
    const everyTier = tiers.map(({ number }) => number).join(", ");
    return this.statement(
      `SELECT name FROM structure WHERE EXISTS
         (SELECT 1 FROM chunk WHERE tier IN (${everyTier}) AND structure = structure.id)`,
    )
      .all()
      .map(({ name }) => String(name));
  }

  /** Newest first. */
  records({ kind, structure, limit, from, to }: RecordSearch): readonly RecordRow[] {
    const rows =
      structure === undefined
        ? this.statement(
            `SELECT * FROM record WHERE kind = ? AND stamp >= ? AND stamp < ?
             ORDER BY stamp DESC, id DESC LIMIT ?`,
          ).all(kind, from, to, limit)
        : this.statement(
            `SELECT * FROM record WHERE kind = ? AND structure = ? AND stamp >= ? AND stamp < ?
             ORDER BY stamp DESC, id DESC LIMIT ?`,
          ).all(kind, structure, from, to, limit);
    return rows.map((row) => ({
      kind,
      structure: String(row.structure),
      stamp: Number(row.stamp),
      content: String(row.content),
    }));
  }

  /** Forgets names nothing is known of any more. */
  pruneStructures(isNeeded: (name: string) => boolean): void {
    const everyTier = tiers.map(({ number }) => number).join(", ");
    const unused = this.statement(
      `SELECT name FROM structure WHERE NOT EXISTS
         (SELECT 1 FROM chunk WHERE tier IN (${everyTier}) AND structure = structure.id)`,
    ).all();
    for (const { name } of unused) {
      if (isNeeded(String(name))) continue;
      this.statement("DELETE FROM structure WHERE name = ?").run(String(name));
      this.#ids.delete(String(name));
    }
  }

  pages(): { readonly all: number; readonly free: number; readonly bytesEach: number } {
    return {
      all: numberOf(this.database, "PRAGMA page_count"),
      free: numberOf(this.database, "PRAGMA freelist_count"),
      bytesEach: numberOf(this.database, "PRAGMA page_size"),
    };
  }

  /** Compiled once. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #idFor(structure: string): number {
    const known = this.#ids.get(structure);
    if (known !== undefined) return known;
    this.statement("INSERT OR IGNORE INTO structure (name) VALUES (?)").run(structure);
    const row = this.statement("SELECT id FROM structure WHERE name = ?").get(structure);
    const id = Number(row?.id);
    this.#ids.set(structure, id);
    return id;
  }
}

/** A damaged file, with what belongs to it, out of the way; answers with its new name. */
export function moveAside(path: string, unixSeconds: number): string {
  const aside = `${path}.corrupt-${unixSeconds}`;
  for (const end of ["", "-wal", "-shm"])
    if (existsSync(path + end)) renameSync(path + end, aside + end);
  return aside;
}
