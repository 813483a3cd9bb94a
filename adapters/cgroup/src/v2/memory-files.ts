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
import { writeFailureOf } from "../files/write-refusal.ts";
import type { EndedWrite } from "../files/write-request.ts";
import type { MemoryPart, MemoryPressure } from "../group-parts.ts";
import { whyUnreadable } from "./no-controller.ts";

const statParser = new MemoryStatParser({
  inUse: ["anon", "shmem", "unevictable", ...kernelsOwnKeys()],
  cached: ["inactive_file", "active_file"],
  dirty: ["file_dirty", "file_writeback"],
  // One number for all pages before 5.9.
  refaulted: ["workingset_refault_file", "workingset_refault"],
  swapped: [],
});
/** `kernel` would be their sum with what can be reclaimed of it, and came with 5.18 only. */
function kernelsOwnKeys(): readonly string[] {
  return ["slab_unreclaimable", "kernel_stack", "pagetables", "percpu", "sock"];
}

const highName = "memory.high";
const maxName = "memory.max";
const eventsName = "memory.events";
const limitFileNames: ReadonlySet<string> = new Set([highName, maxName]);
const killsKey = Buffer.from("oom_kill");
const waitsKey = Buffer.from("high");

/** In bytes; `null` = no limit. */
interface Limits {
  readonly high: number | null;
  readonly max: number | null;
}

/**
 * Memory of a v2 group. Only `memory.high` moves. A `memory.max` below what is in use is taken by the kernel and
 * paid for with a process, and no look before the write closes the gap between the two; `memory.high` makes
 * the group wait instead, and a waiting group can be given more. So `memory.max` stays its owner's and
 * is never written, and the limit is the tighter of the two.
 *
 * Lowering `memory.high` reclaims in the writer, for seconds with swap: a worker makes the write. Swap has a
 * limit of its own here (`memory.swap.max`) which does not depend on ours.
 */
export class MemoryFiles implements MemoryPart {
  readonly folder: string;
  readonly limitFileNames = limitFileNames;
  readonly pressure: MemoryPressure;
  readonly #owner: FileOwner;
  readonly #writer: BlockingWriter;
  readonly #current: GroupFile;
  readonly #high: GroupFile;
  readonly #max: GroupFile;
  readonly #stat: GroupFile;
  readonly #swapped: GroupFile;
  readonly #events: GroupFile;
  /** The limit to put back, and the value of `memory.high` that made it. */
  #first: { readonly limit: number | null; readonly high: number | null } | undefined;

  constructor(folder: string, owner: FileOwner, writer: BlockingWriter) {
    const file = (name: string, use?: "rare"): GroupFile =>
      new GroupFile(`${folder}/${name}`, owner, use);
    this.folder = folder;
    this.#owner = owner;
    this.#writer = writer;
    this.#current = file("memory.current");
    this.#high = file(highName, "rare");
    this.#max = file(maxName, "rare");
    this.#stat = file("memory.stat");
    this.#swapped = file("memory.swap.current");
    this.#events = file(eventsName, "rare");
    this.pressure = { folder, file: eventsName, readWaits: () => this.#countOf(waitsKey) };
  }

  readMibCharged(): number | undefined {
    const bytes = readLimit(this.#current);
    return typeof bytes === "number" ? bytes / bytesPerMib : undefined;
  }

  read(): MemoryReading | undefined {
    const stat = this.#stat.read();
    const reading = stat && statParser.parse(stat, () => this.readMibCharged());
    if (reading === undefined) return undefined;
    const swapped = readLimit(this.#swapped);
    return typeof swapped === "number"
      ? { ...reading, swappedMib: swapped / bytesPerMib }
      : reading;
  }

  readKills(): number | undefined {
    return this.#countOf(killsKey);
  }

  #countOf(key: Buffer): number | undefined {
    const content = this.#events.read();
    return content === undefined ? undefined : parseKeyed(content.bytes, content.length, key);
  }

  /** MiB; `null` = no limit. */
  readMibLimit(): number | null | undefined {
    const limits = this.#readLimits();
    return limits === undefined ? undefined : toMib(tighter(limits));
  }

  #readLimits(): Limits | undefined {
    const high = readLimit(this.#high);
    const max = readLimit(this.#max);
    return high === undefined || max === undefined ? undefined : { high, max };
  }

  async write(memMib: number | null, deadlineSeconds: number): Promise<MemWriteAnswer> {
    const before = this.#readLimits();
    if (before === undefined) return whyUnreadable(this.#group, "memory");
    const wanted = toBytes(memMib);
    const high = this.#highFor(wanted, before);
    if (isSameBytes(high, before.high)) return { kind: "unchanged", memMib };
    if (high !== null && isAbove(high, before.max)) {
      const text =
        `${memMib} MiB are more than the ${toMib(before.max)} MiB of ${maxName}, ` +
        "which is the owner's: only they can raise it";
      return { kind: "refused", refusal: { code: "hierarchy", text } };
    }
    const direction = directionOf(high, before.high);
    if (high !== null && direction === "shrink") {
      const reading = this.read();
      if (reading === undefined) return whyUnreadable(this.#group, "memory");
      const refusal = refusalByUse(reading, high);
      if (refusal !== undefined) return { kind: "refused", refusal };
    }
    if (!this.#owner.isStillTheSame()) return { kind: "gone" };
    const task = { file: this.#high.path, value: kernelText(high) };
    const answer = await this.#writer.write([task], { deadlineSeconds, direction });
    if (answer.kind !== "late") return this.#outcomeOf(answer, high);
    return { kind: "late", ended: answer.ended.then((ended) => this.#outcomeOf(ended, high)) };
  }

  /**
   * The value of `memory.high` that makes the limit this one. Back at the first limit it is what it was at first,
   * also when its owner moved `memory.max` meanwhile; and at `memory.max` there is nothing to brake.
   */
  #highFor(wanted: number | null, now: Limits): number | null {
    if (wanted === null) return null;
    if (this.#first !== undefined && isSameBytes(this.#first.limit, wanted))
      return this.#first.high;
    return isSameBytes(wanted, now.max) ? null : wanted;
  }

  /**
   * The limit as we wrote it, not as it is found afterwards: reclaim takes seconds, and what another hand
   * wrote meanwhile must not be taken for ours.
   */
  #outcomeOf(ended: EndedWrite, written: number | null): MemWriteOutcome {
    switch (ended.kind) {
      case "not-begun":
        return { kind: "not-begun" };
      case "failed": {
        const isGone = !this.#owner.isStillTheSame();
        return writeFailureOf(ended.errno, { ...ended.task, isGone });
      }
      case "written": {
        const now = this.#readLimits();
        if (now === undefined) return { kind: "gone" };
        const high = written === null ? null : wholePages(written);
        return { kind: "applied", memMib: toMib(tighter({ high, max: now.max })) };
      }
    }
  }

  restoreEntry(memMib: number | null): RestoreEntry | undefined {
    const inode = this.#owner.pool.files.inode(this.folder);
    const now = this.#readLimits();
    if (inode === undefined || now === undefined) return undefined;
    const limit = toBytes(memMib);
    const isInForce = isSameBytes(tighter(now), limit);
    const high = isInForce ? now.high : this.#highFor(limit, now);
    this.#first = { limit, high };
    const value = kernelText(high);
    const steps = [{ file: this.#high.path, value }];
    return { resource: "mem", inode: String(inode), folder: this.folder, steps };
  }

  /** What the list would put back is the first value of `memory.high`, also for an agent that came later. */
  limitOfEntries(entries: readonly RestoreEntry[]): number | null | undefined {
    const inode = String(this.#owner.pool.files.inode(this.folder));
    const entry = entries.find(
      (each) => each.resource === "mem" && each.folder === this.folder && each.inode === inode,
    );
    const value = entry?.steps.findLast(({ file }) => file === this.#high.path)?.value;
    const now = this.#readLimits();
    if (value === undefined || now === undefined) return undefined;
    const high = value === noLimit ? null : Number(value);
    if (Number.isNaN(high)) return undefined;
    const limit = tighter({ high, max: now.max });
    this.#first = { limit, high };
    return toMib(limit);
  }

  get #group(): { readonly folder: string; readonly owner: FileOwner } {
    return { folder: this.folder, owner: this.#owner };
  }

  close(): void {
    const files = [this.#current, this.#high, this.#max, this.#stat, this.#swapped, this.#events];
    for (const file of files) file.close();
  }
}

const noLimit = "max";
/** As the kernel prints it: whole pages, so that sc-restore knows a limit that is there already. */
const pageBytes = 4096;
const wholePages = (bytes: number): number => bytes - (bytes % pageBytes);
const kernelText = (bytes: number | null): string =>
  bytes === null ? noLimit : String(wholePages(bytes));
const toMib = (bytes: number | null): number | null =>
  bytes === null ? null : bytes / bytesPerMib;
const toBytes = (memMib: number | null): number | null =>
  memMib === null ? null : Math.round(memMib * bytesPerMib);
const isAbove = (bytes: number, max: number | null): boolean =>
  max !== null && bytes > max && !isSameBytes(bytes, max);

function tighter({ high, max }: Limits): number | null {
  if (high === null || max === null) return high ?? max;
  return Math.min(high, max);
}
