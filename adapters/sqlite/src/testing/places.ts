import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log, LogFields } from "@sc/ports";

/** A log that keeps what it was told. */
export function keepingLog(): { readonly log: Log; readonly lines: [string, LogFields?][] } {
  const lines: [string, LogFields?][] = [];
  const keep = (message: string, fields?: LogFields): void => {
    lines.push(fields === undefined ? [message] : [message, fields]);
  };
  return { log: { info: keep, warn: keep, error: keep }, lines };
}

/** A folder for one test. */
export class Place implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "sc-sqlite-"));
  readonly #cleanUps: (() => Promise<void> | void)[] = [];

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Done at the end, the last one first. */
  defer(cleanUp: () => Promise<void> | void): void {
    this.#cleanUps.push(cleanUp);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanUp of this.#cleanUps.toReversed()) await cleanUp();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A disk of its own, small enough to be filled; needs root. */
export class SmallDisk {
  readonly folder: string;
  readonly #ballast: string;

  constructor(place: Place, size: string) {
    this.folder = place.folder;
    this.#ballast = join(this.folder, "ballast");
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", this.folder]);
    place.defer(() => void execFileSync("umount", [this.folder]));
  }

  fill(): void {
    const file = openSync(this.#ballast, "w");
    const kibibyte = Buffer.alloc(1024);
    try {
      for (;;) writeSync(file, kibibyte);
    } catch {
      // Full: as it was meant to be.
    } finally {
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(this.#ballast);
  }
}

export const whyNoMounts = (): string | false =>
  process.getuid?.() === 0 ? false : "needs root to mount a small disk";

/** Another process of Node, once it said "ready"; it is ended with the place. */
export async function otherProcess(place: Place, words: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  place.defer(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", () => reject(new Error("the other process ended")));
  });
  return child;
}

/** Holds a lock on the database at `path`. */
export const lockElsewhere = (place: Place, path: string, lock: string): Promise<ChildProcess> =>
  otherProcess(place, [
    "--input-type=module",
    "-e",
    `import { DatabaseSync } from "node:sqlite";
     const database = new DatabaseSync(${JSON.stringify(path)});
     database.exec(${JSON.stringify(lock)});
     console.log("ready");
     process.stdin.resume();`,
  ]);
/** Resolves once `isTrue` is; a test that waits in vain is ended by its time-out. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}
