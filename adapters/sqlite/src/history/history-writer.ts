import type { HistoryUnreadable } from "@sc/ports";
import { failureOf, type SqliteFailure, type SqliteFailureKind } from "../sqlite-failure.ts";
import { Backlog } from "./backlog.ts";
import { HistoryDatabase, moveAside } from "./history-database.ts";

const codes: Readonly<Record<SqliteFailureKind, HistoryUnreadable["code"]>> = {
  locked: "SC_HISTORY_LOCKED",
  full: "SC_HISTORY_FULL",
  corrupt: "SC_HISTORY_CORRUPT",
  newer: "SC_HISTORY_NEWER",
  other: "SC_HISTORY_UNAVAILABLE",
};

/** After a failure nothing is tried for so long, twice as long each time. */
const retryMs = { first: 500, most: 30_000 };
/** How long the status says that a damaged file was moved aside; a second one stays where it is so long. */
const corruptMs = 10 * 60_000;
/** Rows of one transaction; between two, readings and questions have their turn. */
const chunksAtOnce = 64;
const recordsAtOnce = 500;

/**
 * The history's file with what waits for it. Whatever goes wrong is remembered, told, and tried again later;
 * a damaged file makes way for a new one.
 */
export class HistoryWriter {
  readonly backlog = new Backlog();
  damagedChunks = 0;
  /** Of the first reading of this worker; there is one before anything is written. */
  firstMs = Number.POSITIVE_INFINITY;
  readonly #path: string;
  readonly #now: () => number;
  #history: HistoryDatabase | undefined;
  /** Of the file that is open; added to the runs of this worker. */
  #runBase: number | undefined;
  #failure: HistoryUnreadable | undefined;
  #retryAt = 0;
  #retryMs = retryMs.first;
  #movedAside: { readonly at: number; readonly text: string } | undefined;
  #sizeMib: number | undefined;

  constructor(path: string, now: () => number) {
    this.#path = path;
    this.#now = now;
  }

  get sizeMib(): number | undefined {
    return this.#sizeMib;
  }

  get failure(): HistoryUnreadable | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const aside = this.#movedAside;
    return aside !== undefined && this.#now() - aside.at < corruptMs
      ? { code: "SC_HISTORY_CORRUPT", text: aside.text }
      : undefined;
  }

  /** Nothing will ever be written, so nothing need wait. */
  get isNewer(): boolean {
    return this.#failure?.code === "SC_HISTORY_NEWER";
  }

  /** Milliseconds until the next try makes sense. */
  get waitMs(): number {
    return Math.max(0, this.#retryAt - this.#now());
  }

  /** What `run` makes of the open file, or why there is none; a failure of `run` is remembered. */
  use<Value>(run: (history: HistoryDatabase) => Value): Value | HistoryUnreadable {
    if (this.#history === undefined && this.waitMs > 0 && this.#failure !== undefined)
      return this.#failure;
    try {
      return run(this.#opened());
    } catch (error) {
      return this.#fail(failureOf(error));
    }
  }

  /** Writes some of what waits. True = there is more, and it may be written at once. */
  writeSome(): boolean {
    if (this.backlog.isEmpty || this.waitMs > 0) return false;
    const chunks = this.backlog.chunks.slice(0, chunksAtOnce);
    const records = this.backlog.records.slice(0, recordsAtOnce);
    const written = this.use((history) => {
      history.write(chunks, records, this.runInFile(history, 0));
      const { all, bytesEach } = history.pages();
      this.#sizeMib = (all * bytesEach) / (1024 * 1024);
      return undefined;
    });
    if (written !== undefined) return false;
    this.backlog.written(chunks.length, records.length);
    this.#failure = undefined;
    this.#retryMs = retryMs.first;
    return !this.backlog.isEmpty;
  }

  /** The number that a run of this worker has in the file: a clock that went on is in the same run. */
  runInFile(history: HistoryDatabase, run: number): number {
    if (this.#runBase === undefined) {
      const clock = history.clock();
      this.#runBase = this.firstMs > clock.lastMs ? clock.run : clock.run + 1;
    }
    return this.#runBase + run;
  }

  close(): void {
    this.#history?.[Symbol.dispose]();
    this.#history = undefined;
  }

  #opened(): HistoryDatabase {
    if (this.#history === undefined) {
      this.#history = new HistoryDatabase(this.#path);
      this.#failure = undefined;
    }
    return this.#history;
  }

  #fail({ kind, text }: SqliteFailure): HistoryUnreadable {
    this.#failure = { code: codes[kind], text: `${this.#path}: ${text}` };
    this.#retryAt = this.#now() + this.#retryMs;
    this.#retryMs = Math.min(retryMs.most, this.#retryMs * 2);
    if (kind === "corrupt") this.#moveAside(text);
    return this.#failure;
  }

  #moveAside(why: string): void {
    const isTooSoon =
      this.#movedAside !== undefined && this.#now() - this.#movedAside.at < corruptMs;
    if (isTooSoon) return;
    this.close();
    this.#runBase = undefined;
    try {
      const aside = moveAside(this.#path, Math.floor(Date.now() / 1000));
      const text = `${this.#path} was damaged (${why}); it is ${aside} now, and a new one was begun`;
      this.#movedAside = { at: this.#now(), text };
      this.#failure = undefined;
      this.#retryAt = 0;
    } catch (error) {
      const text = `${this.#path} is damaged and cannot be moved: ${failureOf(error).text}`;
      this.#failure = { code: "SC_HISTORY_CORRUPT", text };
    }
  }
}
