import type { Log, LogFields } from "@sc/ports";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface JsonLogOptions {
  /** Lines below it are not written. */
  readonly level: LogLevel;
  /** `pretty` for people at a terminal, `json` for everything that reads logs. */
  readonly format: "json" | "pretty";
  /** `onWritten` hears what became of the line, now or later. */
  readonly write?: (line: string, onWritten: OnWritten) => void;
  readonly now?: () => Date;
}

type OnWritten = (error?: Error | null) => void;

/**
 * One line per entry, on stderr. Ours rather than a library's: three levels and two formats are
 * forty lines, and nothing in the sampling path may wait for a stream. A line that cannot be written
 * (the disk is full, whoever reads is gone) is lost and counted; it must end nothing.
 */
export class LineLog implements Log {
  readonly #options: Required<JsonLogOptions>;
  readonly #least: number;
  #lost: { readonly lines: number; readonly why: string } | undefined;

  constructor(options: JsonLogOptions) {
    this.#options = {
      now: () => new Date(),
      ...options,
      write: options.write ?? writerToStderr(),
    };
    this.#least = logLevels.indexOf(options.level);
  }

  /** Why lines are lost just now; absent when all is well. */
  get failure(): string | undefined {
    if (this.#lost === undefined) return undefined;
    const { lines, why } = this.#lost;
    return `${lines} lines are lost: ${why}`;
  }

  info(message: string, fields?: LogFields): void {
    this.#line("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#line("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#line("error", message, fields);
  }

  #line(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (logLevels.indexOf(level) < this.#least) return;
    const time = this.#options.now().toISOString();
    const data = plain(fields);
    const head = { time, level, message };
    const line =
      this.#options.format === "json"
        ? // The head a second time: a field of one of its names must not hide what happened.
          JSON.stringify({ ...head, ...data, ...head })
        : `${time.slice(11, 19)} ${level.padEnd(5)} ${message}${prettyFields(data)}`;
    this.#options.write(`${harmless(line)}\n`, (error) => this.#noteWritten(error));
  }

  #noteWritten(error: Error | null | undefined): void {
    const lost = this.#lost;
    if (error !== undefined && error !== null) {
      this.#lost = { lines: (lost?.lines ?? 0) + 1, why: error.message };
      return;
    }
    this.#lost = undefined;
    if (lost !== undefined) this.warn("lines of the log were lost", { ...lost });
  }
}

function writerToStderr(): (line: string, onWritten: OnWritten) => void {
  const { stderr } = process;
  // Unheard, the error of one line would end the process. What it says comes with the callback, too.
  stderr.on("error", () => undefined);
  return (line, onWritten) => void stderr.write(line, onWritten);
}

/** Line ends and tabs stay; the rest of the control characters, and what turns text round. */
const moves = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * What a terminal shows and does not obey: names of folders and contents of files come from others.
 * In JSON the escaped form says the same.
 */
const harmless = (line: string): string =>
  line.replace(moves, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Errors have no own enumerable fields: what they say must be taken out by hand. */
function plain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? errorText(value) : value,
    ]),
  );
}

function errorText(error: Error): string {
  const { cause } = error;
  const causeText = cause instanceof Error ? errorText(cause) : String(cause);
  return `${error.stack ?? error.message}${cause === undefined ? "" : ` (${causeText})`}`;
}

const prettyFields = (fields: LogFields): string =>
  Object.entries(fields)
    .map(([key, value]) => `  ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
