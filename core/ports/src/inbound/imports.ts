import type { Result } from "@sc/domain";

/** Takes over what another installation was set up with: files as they are, as a whole or not at all. */
export interface Imports {
  take(
    files: readonly ImportFile[],
    options: ImportOptions,
  ): Promise<Result<ImportReport, ImportRefusal>>;
}

export interface ImportFile {
  /** As people call it; nothing is read by it. */
  readonly name: string;
  readonly text: string;
}

export interface ImportOptions {
  /** Everything is checked, and nothing is changed. */
  readonly isDryRun: boolean;
}

export interface ImportReport {
  /** What changed, or would. */
  readonly changes: readonly ImportNote[];
  /** What is not taken over, and why. */
  readonly leftOut: readonly ImportNote[];
  /** What the configuration file should say: it is nobody's to change while it runs. */
  readonly configuration: readonly ImportNote[];
}

export interface ImportNote {
  readonly file: string;
  /** What of the file it is about. */
  readonly field: string;
  readonly text: string;
}

export interface ImportRefusal {
  readonly code: "SC_IMPORT_REFUSED";
  readonly detail: string;
  readonly faults: readonly ImportNote[];
}
