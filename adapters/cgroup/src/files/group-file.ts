import type { DescriptorPool } from "./descriptor-pool.ts";
import { parseLimit } from "./parse-numbers.ts";

/** Large enough for `memory.stat`; shared, because every read is parsed before the next begins. */
const buffer = Buffer.allocUnsafe(8192);

export interface FileBytes {
  readonly bytes: Buffer;
  readonly length: number;
}

/** The group a file belongs to. */
export interface FileOwner {
  readonly pool: DescriptorPool;
  /** Asked after a file was opened: the group may have been removed and made anew in between. */
  readonly isStillTheSame: () => boolean;
}

/**
 * One file of one group. It stays open, so what is read and written is the group that was opened,
 * and never another that took its name: a vanished group answers ENODEV.
 */
export class GroupFile {
  readonly path: string;
  readonly #owner: FileOwner;
  readonly #isRare: boolean;
  #reader: number | undefined;
  #writer: number | undefined;

  /** `rare`: read so seldom that a descriptor is not worth keeping. */
  constructor(path: string, owner: FileOwner, use: "often" | "rare" = "often") {
    this.path = path;
    this.#owner = owner;
    this.#isRare = use === "rare";
  }

  /** The content, valid until the next read of any file; `undefined` when there is none. */
  read(): FileBytes | undefined {
    try {
      const length = this.#readInto(buffer);
      return { bytes: buffer, length };
    } catch {
      // Whatever the kernel says (gone, not readable): there is no reading, and that is the answer.
      return undefined;
    }
  }

  #readInto(into: Buffer): number {
    const { pool } = this.#owner;
    const open = this.#writer ?? this.#reader;
    if (open !== undefined) return pool.files.read(open, into);
    const { descriptor, isKept } = this.#open("r");
    if (isKept) this.#reader = descriptor;
    try {
      return pool.files.read(descriptor, into);
    } finally {
      if (!isKept) pool.closeTransient(descriptor);
    }
  }

  /** Throws what the kernel answers. */
  write(text: string): void {
    const { pool } = this.#owner;
    if (this.#writer !== undefined) {
      pool.files.write(this.#writer, text);
      return;
    }
    const { descriptor, isKept } = this.#open("r+");
    if (isKept) this.#keepWriter(descriptor);
    try {
      pool.files.write(descriptor, text);
    } finally {
      if (!isKept) pool.closeTransient(descriptor);
    }
  }

  #open(flags: "r" | "r+"): { readonly descriptor: number; readonly isKept: boolean } {
    const { pool, isStillTheSame } = this.#owner;
    const opened = this.#isRare
      ? pool.openTransient(this.path, flags)
      : pool.open(this.path, flags);
    if (isStillTheSame()) return opened;
    pool.release(opened.descriptor, opened.isKept);
    throw new GroupReplaced();
  }

  /** A descriptor opened for writing reads as well: the one for reading is given back. */
  #keepWriter(descriptor: number): void {
    this.#writer = descriptor;
    if (this.#reader !== undefined) this.#owner.pool.release(this.#reader, true);
    this.#reader = undefined;
  }

  close(): void {
    if (this.#reader !== undefined) this.#owner.pool.release(this.#reader, true);
    if (this.#writer !== undefined) this.#owner.pool.release(this.#writer, true);
    this.#reader = undefined;
    this.#writer = undefined;
  }
}

/** The number a file begins with; `null` = no limit. */
export function readLimit(file: GroupFile): number | null | undefined {
  const content = file.read();
  return content === undefined ? undefined : parseLimit(content.bytes, content.length);
}

/** The group was removed and another of its name made between opening and writing. */
export class GroupReplaced extends Error {
  readonly code = "ENODEV";
}
