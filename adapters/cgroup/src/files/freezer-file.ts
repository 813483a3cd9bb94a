import type { FreezerPart } from "../group-parts.ts";
import { type FileBytes, type FileOwner, GroupFile } from "./group-file.ts";

export interface FreezerFormat {
  readonly file: string;
  readonly isFrozen: (content: FileBytes) => boolean;
}

/** Whether a group's processes are held still: one file, of which each version says what it means. */
export class FreezerFile implements FreezerPart {
  readonly #file: GroupFile;
  readonly #isFrozen: (content: FileBytes) => boolean;

  constructor(folder: string, owner: FileOwner, { file, isFrozen }: FreezerFormat) {
    this.#file = new GroupFile(`${folder}/${file}`, owner);
    this.#isFrozen = isFrozen;
  }

  isFrozen(): boolean {
    const content = this.#file.read();
    return content !== undefined && this.#isFrozen(content);
  }

  close(): void {
    this.#file.close();
  }
}
