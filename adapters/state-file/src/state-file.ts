import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { dirname } from "node:path";
import { stateFileVersion } from "@sc/contracts";
import { err, ok, type Result } from "@sc/domain";
import {
  emptyStateDocument,
  type Log,
  type NotSaved,
  type StateDocument,
  type StateStore,
} from "@sc/ports";
import { StateUnreadable } from "./errors.ts";
import { parseState } from "./parse-state.ts";

/** What is used of `node:fs/promises`. */
export type Files = Pick<
  typeof nodeFiles,
  "copyFile" | "mkdir" | "open" | "readFile" | "rename" | "rm"
>;

/**
 * The state document as one JSON file. A save writes a second file beside it, makes sure that it is
 * on the disk, and renames it over the old one: whoever reads finds the old document or the new one.
 */
export class StateFile implements StateStore {
  readonly #path: string;
  readonly #log: Log;
  readonly #files: Files;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(deps: { readonly path: string; readonly log: Log; readonly files?: Files }) {
    this.#path = deps.path;
    this.#log = deps.log;
    this.#files = deps.files ?? nodeFiles;
  }

  async load(): Promise<StateDocument> {
    const text = await this.#read();
    if (text === undefined) return emptyStateDocument;
    const parsed = parseState(text);
    if (!parsed.ok) throw new StateUnreadable(this.#path, parsed.error);
    const { document, faults } = parsed.value;
    if (faults.length > 0) {
      const copy = await this.#keepAside(text);
      this.#log.warn("skipped malformed structures of the state file", { faults, copy });
    }
    return document;
  }

  save(document: StateDocument): Promise<Result<void, NotSaved>> {
    const run = this.#saving.then(() => this.#save(document));
    this.#saving = run;
    return run;
  }

  async #read(): Promise<string | undefined> {
    try {
      return await this.#files.readFile(this.#path, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw new StateUnreadable(this.#path, messageOf(error), { cause: error });
    }
  }

  /** The next save drops what was skipped, so the file is kept as it was; one copy per content. */
  async #keepAside(text: string): Promise<string> {
    const mark = createHash("sha256").update(text).digest("hex").slice(0, 12);
    const copy = `${this.#path}.bad-${mark}`;
    try {
      await this.#files.copyFile(this.#path, copy);
    } catch (error) {
      this.#log.warn("could not keep a copy of the malformed state file", {
        copy,
        error: messageOf(error),
      });
    }
    return copy;
  }

  async #save(document: StateDocument): Promise<Result<void, NotSaved>> {
    const temporary = `${this.#path}.new`;
    try {
      await this.#files.mkdir(dirname(this.#path), { recursive: true, mode: 0o755 });
      await this.#writeThrough(temporary, serialize(document));
      await this.#files.rename(temporary, this.#path);
      await this.#flush(dirname(this.#path));
      return ok(undefined);
    } catch (error) {
      await this.#files.rm(temporary, { force: true }).catch(() => undefined);
      return err({ code: "SC_STATE_NOT_SAVED", text: `${this.#path}: ${messageOf(error)}` });
    }
  }

  async #writeThrough(path: string, text: string): Promise<void> {
    await using file = await this.#files.open(path, "w", 0o600);
    await file.writeFile(text);
    await file.sync();
  }

  /** Makes the rename itself outlive a crash. */
  async #flush(folder: string): Promise<void> {
    await using file = await this.#files.open(folder, "r");
    await file.sync();
  }
}

const serialize = ({ isPaused, structures }: StateDocument): string =>
  `${JSON.stringify({ version: stateFileVersion, isPaused, structures }, undefined, 2)}\n`;

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
