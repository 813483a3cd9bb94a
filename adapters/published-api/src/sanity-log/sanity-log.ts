/**
 * `sanity_checker.log` as the original writes it, for the published web interface: it reads the file
 * backwards from `Sanity checked` to `Checking for invalid configuration` and shows what is between. Each
 * check is written in one piece; beyond its bound the file begins anew with the newest check, in the place
 * of the old one, so that whoever reads finds one check at least.
 */
import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HealthProblem, Log } from "@sc/ports";

const fileName = "sanity_checker.log";
const sizeMostBytes = 256 * 1024;
/** A check tells some twenty things of each kind at most. */
const lineMaxLength = 500;
const mode = 0o644;

export interface SanityLogDeps {
  readonly folder: string;
  readonly now: () => Date;
  readonly log: Log;
}

export class SanityLog {
  readonly #deps: SanityLogDeps;
  #turn: Promise<void> = Promise.resolve();
  #isWriting = false;
  #failure: string | undefined;

  constructor(deps: SanityLogDeps) {
    this.#deps = deps;
  }

  /** Of a check that comes while another is being written nothing is kept: the next one comes soon. */
  checked(findings: readonly HealthProblem[]): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#turn = this.#write(this.#textOf(findings)).finally(() => {
      this.#isWriting = false;
    });
  }

  /** What was begun is written. */
  close(): Promise<void> {
    return this.#turn;
  }

  problems(): readonly HealthProblem[] {
    if (this.#failure === undefined) return [];
    const nextStep = "see that compatibility.logFolder is there and the server may write into it";
    return [{ code: "SC_LOG_UNWRITABLE", text: `${fileName}: ${this.#failure}`, nextStep }];
  }

  #textOf(findings: readonly HealthProblem[]): string {
    const stamp = this.#deps.now().toISOString().slice(0, 19).replace("T", " ");
    const line = (level: string, text: string): string =>
      `[${stamp}]${level}:sanity_checker:${oneLine(text)}\n`;
    const found = findings.map(({ structure, text, code }) =>
      line("ERROR", `${structure === undefined ? "" : `${structure}: `}${text} (${code})`),
    );
    const begin = line("INFO", "Checking for invalid configuration");
    return [begin, ...found, line("INFO", "Sanity checked")].join("");
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#append(text);
      if (this.#failure !== undefined) this.#deps.log.info(`${fileName} is written again`);
      this.#failure = undefined;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (this.#failure !== text) this.#deps.log.error(`${fileName} cannot be written`, { error });
      this.#failure = text;
    }
  }

  /** Never through a link: the folder may be others' to write into, and we may be root. */
  async #append(text: string): Promise<void> {
    const path = join(this.#deps.folder, fileName);
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
    const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode);
    try {
      const { size } = await file.stat();
      if (size + Buffer.byteLength(text) <= sizeMostBytes) {
        await file.appendFile(text);
        return;
      }
    } finally {
      await file.close();
    }
    const next = `${path}.next`;
    await rm(next, { force: true });
    const anew = await open(next, "wx", mode);
    try {
      await anew.appendFile(text.slice(0, sizeMostBytes));
    } finally {
      await anew.close();
    }
    await rename(next, path);
  }
}

/** Names and texts come from outside: a line of theirs must not pass for one of ours. */
function oneLine(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, " ");
  return plain.length <= lineMaxLength ? plain : `${plain.slice(0, lineMaxLength)}…`;
}
