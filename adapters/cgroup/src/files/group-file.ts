import type { DescriptorPool } from "./descriptor-pool.ts";

/** Large enough for `memory.stat`; shared, because every read is parsed before the next begins. */
const buffer = Buffer.allocUnsafe(8192);

export interface FileBytes {
  readonly bytes: Buffer;
  readonly length: number;
}

/**
 * One file of one group. It stays open, so what is read and written is the group that was opened, and
 * never another that took its name: a vanished group answers ENODEV.
 */
export class GroupFile {
  readonly path: string;
  readonly #pool: DescriptorPool;
  #reader: number | undefined;
  #writer: number | undefined;

  constructor(path: string, pool: DescriptorPool) {
    this.path = path;
    this.#pool = pool;
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
    const open = this.#writer ?? this.#reader;
    if (open !== undefined) return this.#pool.files.read(open, into);
    const { descriptor, isKept } = this.#pool.open(this.path, "r");
    if (isKept) this.#reader = descriptor;
    try {
      return this.#pool.files.read(descriptor, into);
    } finally {
      if (!isKept) this.#pool.closeTransient(descriptor);
    }
  }

  /**
   * Throws what the kernel answers. `isStillTheSame` is asked after the file was opened: a group that
   * was made anew under the same name in between must not be written.
   */
  write(text: string, isStillTheSame: () => boolean): void {
    if (this.#writer !== undefined) {
      this.#pool.files.write(this.#writer, text);
      return;
    }
    const { descriptor, isKept } = this.#pool.open(this.path, "r+");
    if (!isStillTheSame()) {
      this.#pool.release(descriptor, isKept);
      throw new GroupReplaced();
    }
    if (isKept) this.#keepWriter(descriptor);
    try {
      this.#pool.files.write(descriptor, text);
    } finally {
      if (!isKept) this.#pool.closeTransient(descriptor);
    }
  }

  /** A descriptor opened for writing reads as well: the one for reading is given back. */
  #keepWriter(descriptor: number): void {
    this.#writer = descriptor;
    if (this.#reader !== undefined) this.#pool.release(this.#reader, true);
    this.#reader = undefined;
  }

  close(): void {
    if (this.#reader !== undefined) this.#pool.release(this.#reader, true);
    if (this.#writer !== undefined) this.#pool.release(this.#writer, true);
    this.#reader = undefined;
    this.#writer = undefined;
  }
}

/** The group was removed and another of its name made between opening and writing. */
export class GroupReplaced extends Error {
  readonly code = "ENODEV";
}
