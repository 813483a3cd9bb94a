import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { err, ok, type Result } from "@sc/domain";
import type { Journal, JournalEntry, JournalFailure, Log } from "@sc/ports";
import { formatLine, parseLine } from "./journal-line.ts";

export interface JournalFileOptions {
  readonly path: string;
  /** Lines of another boot are not ours to restore. */
  readonly bootId: string;
  readonly log: Log;
  /** Bytes at which it is compacted; default 16 MiB. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 16 * 1_048_576;

/**
 * An append-only file of JSON lines, written synchronously and not flushed: it must outlive the
 * process, while a power cut takes the limits themselves along. Compacted at start, and when it
 * grows too large, to the newest lines of each container and resource.
 */
export class JournalFile implements Journal {
  readonly #options: Required<JournalFileOptions>;
  /** `undefined` while the file cannot be opened: every append tries again. */
  #descriptor: number | undefined;
  #bytes = 0;
  /** The newest lines per container and resource: what a compacted journal holds. */
  readonly #newest = new Map<string, NewestEntries>();

  constructor(options: JournalFileOptions) {
    this.#options = { maxBytes: defaultMaxBytes, ...options };
    for (const entry of this.#readEntries()) this.#remember(entry);
    try {
      this.#descriptor = this.#open();
    } catch (error) {
      const { path, log } = this.#options;
      log.error("the journal cannot be written: nothing will be shrunk", { path, error });
    }
  }

  append(entry: JournalEntry): Result<void, JournalFailure> {
    const line = Buffer.from(formatLine(entry, this.#options.bootId));
    try {
      this.#writeWhole(this.#openForBytes(line.length), line);
    } catch (error) {
      return err(failureOf(error));
    }
    this.#remember(entry);
    return ok(undefined);
  }

  #openForBytes(bytes: number): number {
    if (this.#descriptor !== undefined && this.#bytes + bytes <= this.#options.maxBytes) {
      return this.#descriptor;
    }
    const descriptor = this.#open();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = descriptor;
    return descriptor;
  }

  /** A line is written whole or not at all, so that the next one does not follow half a line. */
  #writeWhole(descriptor: number, line: Buffer): void {
    const written = writeSync(descriptor, line, 0, line.length, this.#bytes);
    if (written < line.length) {
      ftruncateSync(descriptor, this.#bytes);
      throw new DiskFull();
    }
    this.#bytes += line.length;
  }

  recover(): readonly JournalEntry[] {
    return [...this.#newest.values()].flatMap((newest) => newest.entries);
  }

  forget(id: JournalEntry["id"]): void {
    for (const key of this.#newest.keys()) {
      if (key.startsWith(`${id} `)) this.#newest.delete(key);
    }
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #remember(entry: JournalEntry): void {
    const key = `${entry.id} ${entry.resource}`;
    const newest = this.#newest.get(key) ?? { entries: [] };
    this.#newest.delete(key);
    // An applied line closes all before it; an intended one stands beside the last applied.
    newest.entries =
      entry.step === "applied"
        ? [entry]
        : [...newest.entries.filter((earlier) => earlier.step === "applied"), entry];
    this.#newest.set(key, newest);
  }

  #readEntries(): readonly JournalEntry[] {
    const { path, bootId, log } = this.#options;
    const entries: JournalEntry[] = [];
    let unreadable = 0;
    for (const line of readIfThere(path, log).split("\n")) {
      if (line === "") continue;
      const parsed = parseLine(line);
      if (parsed === undefined) unreadable += 1;
      else if (parsed.bootId === bootId) entries.push(parsed.entry);
    }
    if (unreadable > 0)
      log.warn("the journal holds lines that cannot be read", { path, unreadable });
    return entries;
  }

  /**
   * Writes what is worth keeping beside the old file and takes its place. Where that fails (a full
   * disk) the old file goes on, without half a line at its end; throws when there is none to be
   * had.
   */
  #open(): number {
    const { path, bootId, log } = this.#options;
    mkdirSync(dirname(path), { recursive: true });
    const content = Buffer.from(
      this.recover()
        .map((entry) => formatLine(entry, bootId))
        .join(""),
    );
    try {
      const descriptor = replaceFile(path, content);
      this.#bytes = content.length;
      return descriptor;
    } catch (error) {
      log.warn("the journal could not be compacted", { path, error });
      const descriptor = openSync(path, "r+");
      // What follows half a line would be lost with it.
      this.#bytes = readFileSync(path).lastIndexOf("\n") + 1;
      ftruncateSync(descriptor, this.#bytes);
      return descriptor;
    }
  }
}

interface NewestEntries {
  entries: readonly JournalEntry[];
}

/** The new file, open; when it fails, the old one is untouched and nothing is left open. */
function replaceFile(path: string, content: Buffer): number {
  const temporary = `${path}.new`;
  const descriptor = openSync(temporary, "w", 0o600);
  try {
    const written = writeSync(descriptor, content, 0, content.length, 0);
    if (written < content.length) throw new DiskFull();
    renameSync(temporary, path);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The kernel took a part and would answer ENOSPC to the rest. */
class DiskFull extends Error {
  readonly code = "ENOSPC";

  constructor() {
    super("the disk is full: only a part could be written");
  }
}

function readIfThere(path: string, log: Log): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") log.error("the journal cannot be read", { path, error });
    return "";
  }
}

function failureOf(error: unknown): JournalFailure {
  return {
    code: codeOf(error) === "ENOSPC" ? "SC_JOURNAL_FULL" : "SC_JOURNAL_UNWRITABLE",
    text: error instanceof Error ? error.message : String(error),
  };
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;
