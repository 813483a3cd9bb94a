import { lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { FolderUnsafe } from "./errors.ts";

const writableByOthers = 0o022;

/**
 * Makes a folder that decides what is written to the kernel as root, or takes one that is there.
 * Throws `FolderUnsafe` when another user could change what lies in it: who can write the restore
 * list says what is put back, and where.
 */
export function takeOwnFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
  // A link counts as well: who owns it may point it elsewhere at any time. A slash at the end would
  // look through it.
  const whole = resolve(path);
  const why =
    strangerIn(lstatSync(whole)) ?? strangerIn(statSync(whole)) ?? writersOf(statSync(whole));
  if (why !== undefined) throw new FolderUnsafe(path, why);
}

function strangerIn({ uid }: Stats): string | undefined {
  const isOurs = uid === 0 || uid === process.geteuid?.();
  return isOurs ? undefined : `it belongs to user ${uid}`;
}

function writersOf({ mode }: Stats): string | undefined {
  if ((mode & writableByOthers) === 0) return undefined;
  return `other users may write there (mode ${(mode & 0o7777).toString(8)})`;
}
