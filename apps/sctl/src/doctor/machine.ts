import { accessSync, constants, readFileSync, statfsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What can be seen of the machine without a server and without being root; tests give another. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  /** Without the `v`. */
  readonly nodeVersion: string;
  /** The root of our tree. */
  readonly tree: string;
  /** Folders in which programs are looked for. */
  readonly path: readonly string[];
  /** Unix seconds. */
  now(): number;
  /** `undefined` when it is not there, or not for us to read. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
  may(path: string, what: "write" | "execute"): boolean;
  freeMib(path: string): number | undefined;
  /** Unix seconds. */
  changedAt(path: string): number | undefined;
  inode(path: string): number | undefined;
}

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    nodeVersion: process.versions.node,
    tree: fileURLToPath(new URL("../../../../", import.meta.url)),
    path: (process.env.PATH ?? "").split(":").filter((folder) => folder !== ""),
    now: () => Date.now() / 1000,
    read: (path) => ifPossible(() => readFileSync(path, "utf8")),
    exists: (path) => ifPossible(() => statSync(path)) !== undefined,
    may: (path, what) => {
      const mode = what === "write" ? constants.W_OK : constants.X_OK;
      return ifPossible(() => accessSync(path, mode) ?? true) === true;
    },
    freeMib: (path) =>
      ifPossible(() => {
        const { bavail, bsize } = statfsSync(path);
        return Math.floor((bavail * bsize) / (1024 * 1024));
      }),
    changedAt: (path) => ifPossible(() => statSync(path).mtimeMs / 1000),
    inode: (path) => ifPossible(() => statSync(path).ino),
  };
}

/** What cannot be looked at is not known; a check says what follows from that. */
function ifPossible<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
