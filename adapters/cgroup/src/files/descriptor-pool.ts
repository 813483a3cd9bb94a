import type { KernelFiles } from "./kernel-files.ts";

/**
 * How many files stay open. Reading an open descriptor costs a third of opening it anew, but a host
 * has a bound of its own; beyond ours, files are opened for each read.
 */
export class DescriptorPool {
  readonly files: KernelFiles;
  readonly #maxOpenFiles: number;
  readonly #onFull: () => void;
  #open = 0;
  #wasFull = false;

  constructor(options: {
    readonly files: KernelFiles;
    readonly maxOpenFiles: number;
    /** Called once, when the bound is first met. */
    readonly onFull: () => void;
  }) {
    this.files = options.files;
    this.#maxOpenFiles = options.maxOpenFiles;
    this.#onFull = options.onFull;
  }

  get openCount(): number {
    return this.#open;
  }

  open(path: string, flags: "r" | "r+"): { readonly descriptor: number; readonly isKept: boolean } {
    const isKept = this.#open < this.#maxOpenFiles;
    if (!isKept && !this.#wasFull) {
      this.#wasFull = true;
      this.#onFull();
    }
    const descriptor = this.files.open(path, flags);
    if (isKept) this.#open += 1;
    return { descriptor, isKept };
  }

  openTransient(path: string, flags: "r" | "r+"): { descriptor: number; isKept: false } {
    return { descriptor: this.files.open(path, flags), isKept: false };
  }

  release(descriptor: number, isKept: boolean): void {
    if (isKept) this.#open -= 1;
    this.files.close(descriptor);
  }

  closeTransient(descriptor: number): void {
    this.release(descriptor, false);
  }
}
