import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from "node:fs";

/**
 * The few calls made on the kernel's files. A port of this adapter, so that tests and benchmarks
 * can make a write hang or fail the way a kernel does. All throw Node's errors with `code`.
 */
export interface KernelFiles {
  open(path: string, flags: "r" | "r+"): number;
  close(descriptor: number): void;
  /** Reads from the beginning; the number of bytes. */
  read(descriptor: number, into: Buffer): number;
  write(descriptor: number, text: string): void;
  /** The inode, `undefined` when nothing is there. */
  inode(path: string): number | undefined;
  /** Names of the groups inside the group of this folder; none where it is gone. */
  foldersIn(path: string): readonly string[];
}

export const kernelFiles: KernelFiles = {
  open: (path, flags) => openSync(path, flags),
  close: (descriptor) => closeSync(descriptor),
  read: (descriptor, into) => readSync(descriptor, into, 0, into.length, 0),
  write: (descriptor, text) => {
    writeSync(descriptor, text, 0);
  },
  inode: (path) => statSync(path, { throwIfNoEntry: false })?.ino,
  foldersIn: (path) => {
    // A folder of the kernel counts its own entry, ".", and the ".." of each folder inside.
    const links = statSync(path, { throwIfNoEntry: false })?.nlink ?? 0;
    if (links <= 2) return [];
    try {
      const entries = readdirSync(path, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    } catch {
      return [];
    }
  },
};
