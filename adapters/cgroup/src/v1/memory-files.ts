import type { MemoryReading, MemWriteAnswer, MemWriteOutcome, RestoreEntry } from "@sc/ports";
import type { BlockingWriter } from "../files/blocking-writer.ts";
import { type FileOwner, GroupFile, readLimit } from "../files/group-file.ts";
import {
  bytesPerMib,
  directionOf,
  isSameBytes,
  MemoryStatParser,
  refusalByUse,
} from "../files/memory-use.ts";
import { parseKeyed } from "../files/parse-numbers.ts";
import { unreadable, writeFailureOf } from "../files/write-refusal.ts";
import type { EndedWrite, WriteTask } from "../files/write-request.ts";
import type { MemoryPart } from "../group-parts.ts";

/**
 * The kernel's own memory for the group is only in what is charged. Before 5.9 v1 does not count what is
 * read again after reclaim; there faults that went to the disk stand for it, which miss what is read by
 * `read` and count what is touched for the first time.
 */
const statParser = new MemoryStatParser({
  inUse: ["total_rss", "total_shmem", "total_unevictable"],
  cached: ["total_inactive_file", "total_active_file"],
  dirty: ["total_dirty", "total_writeback"],
  refaulted: ["total_workingset_refault_file", "total_pgmajfault"],
  swapped: ["total_swap"],
});
/** Whoever writes one of these changes the limit. */
const limitFileNames: ReadonlySet<string> = new Set([
  "memory.limit_in_bytes",
  "memory.memsw.limit_in_bytes",
]);
const killsKey = Buffer.from("oom_kill");

/**
 * Memory of a v1 group. A shrink that is refused first throws away the whole page cache, so what is
 * in use is looked at before the limit is written; and a write may reclaim for seconds, so it is
 * made by a worker.
 */
export class MemoryFiles implements MemoryPart {
  readonly folder: string;
  readonly limitFileNames = limitFileNames;
  /** Its events need a call that Node does not have. */
  readonly pressure = undefined;
  readonly #owner: FileOwner;
  readonly #writer: BlockingWriter;
  readonly #usage: GroupFile;
  readonly #limit: GroupFile;
  readonly #swapLimit: GroupFile;
  readonly #stat: GroupFile;
  readonly #oomControl: GroupFile;
  /** What its owner gave for swap, where half a write left another room. */
  #roomOwed: number | undefined;

  constructor(folder: string, owner: FileOwner, writer: BlockingWriter) {
    const file = (name: string, use?: "rare"): GroupFile =>
      new GroupFile(`${folder}/memory.${name}`, owner, use);
    this.folder = folder;
    this.#owner = owner;
    this.#writer = writer;
    this.#usage = file("usage_in_bytes");
    this.#limit = file("limit_in_bytes", "rare");
    this.#swapLimit = file("memsw.limit_in_bytes", "rare");
    this.#stat = file("stat");
    this.#oomControl = file("oom_control", "rare");
  }

  readMibCharged(): number | undefined {
    const bytes = readLimit(this.#usage);
    return typeof bytes === "number" ? bytes / bytesPerMib : undefined;
  }

  read(): MemoryReading | undefined {
    const stat = this.#stat.read();
    return stat && statParser.parse(stat, () => this.readMibCharged());
  }

  readKills(): number | undefined {
    const content = this.#oomControl.read();
    return content === undefined ? undefined : parseKeyed(content.bytes, content.length, killsKey);
  }

  /** MiB; `null` = no limit. */
  readMibLimit(): number | null | undefined {
    const bytes = readLimit(this.#limit);
    return typeof bytes === "number" ? bytes / bytesPerMib : bytes;
  }

  async write(memMib: number | null, deadlineSeconds: number): Promise<MemWriteAnswer> {
    const before = readLimit(this.#limit);
    if (before === undefined) return unreadable(!this.#owner.isStillTheSame());
    const wantedBytes = memMib === null ? null : Math.round(memMib * bytesPerMib);
    if (isSameBytes(before, wantedBytes)) return { kind: "unchanged", memMib };
    const direction = directionOf(wantedBytes, before);
    if (wantedBytes !== null && direction === "shrink") {
      const reading = this.read();
      if (reading === undefined) return unreadable(!this.#owner.isStillTheSame());
      const refusal = refusalByUse(reading, wantedBytes);
      if (refusal !== undefined) return { kind: "refused", refusal };
    }
    if (!this.#owner.isStillTheSame()) return { kind: "gone" };
    const room = this.#swapRoom(before);
    const outcomeOf = (ended: EndedWrite): MemWriteOutcome => {
      this.#roomOwed = ended.kind === "written" ? undefined : room;
      return this.#outcomeOf(ended, wantedBytes);
    };
    const tasks = this.#tasks(before, wantedBytes);
    const answer = await this.#writer.write(tasks, { deadlineSeconds, direction });
    if (answer.kind !== "late") return outcomeOf(answer);
    return { kind: "late", ended: answer.ended.then(outcomeOf) };
  }

  /**
   * memory + swap may never be less than memory alone (EINVAL): raised first when growing, lowered
   * last when shrinking. The room for swap that the owner gave stays what it was.
   */
  #tasks(before: number | null, wantedBytes: number | null): readonly WriteTask[] {
    const memory: WriteTask = { file: this.#limit.path, value: kernelText(wantedBytes) };
    const room = this.#swapRoom(before);
    if (room === undefined) return [memory];
    const swapWanted = wantedBytes === null ? null : wantedBytes + room;
    const swap: WriteTask = { file: this.#swapLimit.path, value: kernelText(swapWanted) };
    // Equal when the first limit is written down, before a squeeze: putting it back will be a grow.
    const isGrow = wantedBytes === null || before === null || wantedBytes >= before;
    return isGrow ? [swap, memory] : [memory, swap];
  }

  /** Bytes beyond memory; `undefined` = without bound, or there is no such file. */
  #swapRoom(before: number | null): number | undefined {
    const swapBefore = readLimit(this.#swapLimit);
    if (typeof swapBefore !== "number" || before === null) return undefined;
    return this.#roomOwed ?? swapBefore - before;
  }

  /** Raised or lowered, one of the two orders fits: the script tries again what was refused. */
  restoreEntry(memMib: number | null): RestoreEntry | undefined {
    const inode = this.#owner.pool.files.inode(this.folder);
    const before = readLimit(this.#limit);
    if (inode === undefined || before === undefined) return undefined;
    const bytes = memMib === null ? null : Math.round(memMib * bytesPerMib);
    const tasks = this.#tasks(before, bytes);
    const steps = tasks.map(({ file, value }) => ({
      file,
      // As the kernel prints it, so that a limit that is there already is not written again.
      value: value === "-1" ? kernelNoLimit : value,
    }));
    return { resource: "mem", inode: String(inode), folder: this.folder, steps };
  }

  limitOfEntries(entries: readonly RestoreEntry[]): number | null | undefined {
    const entry = entries.find(
      ({ resource, folder }) => resource === "mem" && folder === this.folder,
    );
    const step = entry?.steps.findLast(({ file }) => file === this.#limit.path);
    if (step === undefined || entry?.inode !== String(this.#owner.pool.files.inode(this.folder)))
      return undefined;
    return step.value === kernelNoLimit ? null : Number(step.value) / bytesPerMib;
  }

  #outcomeOf(ended: EndedWrite, wantedBytes: number | null): MemWriteOutcome {
    switch (ended.kind) {
      case "not-begun":
        return { kind: "not-begun" };
      case "failed":
        // Of two files the first was written: the limit is in force, and ours. Taken for refused, it
        // would be another hand's at the next look.
        if (this.#holds(wantedBytes)) return this.#applied(wantedBytes);
        return writeFailureOf(ended.errno, {
          ...ended.task,
          isGone: !this.#owner.isStillTheSame(),
        });
      case "written":
        return this.#applied(wantedBytes);
    }
  }

  #holds(wantedBytes: number | null): boolean {
    const bytes = readLimit(this.#limit);
    return bytes !== undefined && isSameBytes(bytes, wantedBytes);
  }

  /**
   * As the kernel rounded it, but not as another hand made it meanwhile: reclaim takes a while, and what is
   * found after it must not be taken for ours.
   */
  #applied(wantedBytes: number | null): MemWriteOutcome {
    const found = readLimit(this.#limit);
    if (found === undefined) return { kind: "gone" };
    const ours = isSameBytes(found, wantedBytes) ? found : wantedBytes;
    return { kind: "applied", memMib: ours === null ? null : ours / bytesPerMib };
  }

  close(): void {
    const hot = [this.#usage, this.#limit, this.#stat];
    for (const file of [...hot, this.#swapLimit, this.#oomControl]) file.close();
  }
}

const kernelNoLimit = "9223372036854771712";
const kernelText = (bytes: number | null): string => (bytes === null ? "-1" : String(bytes));
