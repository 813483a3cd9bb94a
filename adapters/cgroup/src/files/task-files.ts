import type { TaskReading } from "@sc/ports";
import { type FileOwner, GroupFile, readLimit } from "./group-file.ts";

/** How many processes and threads a group has and may have: the same files on v1 and v2. */
export class TaskFiles {
  readonly #current: GroupFile;
  readonly #max: GroupFile;

  constructor(folder: string, owner: FileOwner) {
    this.#current = new GroupFile(`${folder}/pids.current`, owner, "rare");
    this.#max = new GroupFile(`${folder}/pids.max`, owner, "rare");
  }

  read(): TaskReading | undefined {
    const count = readLimit(this.#current);
    const max = readLimit(this.#max);
    return typeof count === "number" && max !== undefined ? { count, max } : undefined;
  }
}
