/** What SQLite's answer means to us. */
export type SqliteFailureKind = "locked" | "full" | "corrupt" | "newer" | "other";

export interface SqliteFailure {
  readonly kind: SqliteFailureKind;
  readonly text: string;
}

/** SQLite's primary result codes. */
const kinds: Readonly<Record<number, SqliteFailureKind>> = {
  5: "locked",
  6: "locked",
  11: "corrupt",
  13: "full",
  26: "corrupt",
};
/** Extended: the shared memory beside the file could not be made as large as needed. */
const noRoomForSharedMemory = 4874;

export function failureOf(error: unknown): SqliteFailure {
  if (error instanceof NewerSchema) return { kind: "newer", text: error.message };
  if (error instanceof ForeignDatabase) return { kind: "corrupt", text: error.message };
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) : Number.NaN;
  if (code === noRoomForSharedMemory) return { kind: "full", text };
  // The lower byte is the primary code, the rest says more.
  return { kind: kinds[code & 255] ?? "other", text };
}

/** A newer version of the program wrote the file: it is left as it is. */
export class NewerSchema extends Error {
  constructor(found: number, known: number) {
    super(`its version is ${found}, this program knows versions up to ${known}`);
    this.name = "NewerSchema";
  }
}

/** A file that SQLite can read and that is not ours, or damaged. */
export class ForeignDatabase extends Error {
  override readonly name = "ForeignDatabase";
}
