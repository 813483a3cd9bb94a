import { DatabaseSync } from "node:sqlite";
import { LockHeld, LockUnusable } from "./errors.ts";

/** SQLite's answer when another connection holds the lock: SQLITE_BUSY. */
const busy = 5;
/** SQLITE_CORRUPT and SQLITE_NOTADB: somebody wrote into it. */
const notALock = new Set([11, 26]);

/**
 * Keeps a second process out, for as long as this one lives: an exclusive transaction on a database
 * file. The kernel gives the lock back when the process dies, however it dies, so there is no stale
 * lock to judge, as there would be with a file that holds a process's id.
 */
export class ProcessLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Throws `LockHeld` when another process has it, `LockUnusable` when the file is no lock.
   */
  static take(path: string): ProcessLock {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      const errcode = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
      if (errcode === busy) throw new LockHeld(path, error);
      throw notALock.has(errcode) ? new LockUnusable(path, error) : error;
    }
    return new ProcessLock(database);
  }

  release(): void {
    this.#database.close();
  }
}
