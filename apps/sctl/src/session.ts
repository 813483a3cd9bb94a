import type { Api } from "@sc/api-client";
import type { OutputFormat } from "./output/output-format.ts";

/** Where a command reads and writes; tests give another. */
export interface Terminal {
  /** Whether a person reads the output and can answer. */
  readonly isInteractive: boolean;
  readonly rows: number;
  readonly columns: number;
  /** Unix seconds, for ages. */
  now(): number;
  /** How far the clock on the wall is ahead of UTC at a Unix second. */
  utcOffsetSeconds(stamp: number): number;
  write(text: string): void;
  /** For people only, beside the output. */
  note(text: string): void;
  confirm(question: string): Promise<boolean>;
}

/** What every command that asks a server works with. */
export interface Session {
  readonly api: Api;
  readonly terminal: Terminal;
  readonly format: OutputFormat;
}
