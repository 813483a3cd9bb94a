import { leastMemoryMarginMib } from "@sc/domain";
import type { MemoryReading, WriteRefusal } from "@sc/ports";
import type { HowToWrite } from "./blocking-writer.ts";
import type { FileBytes } from "./group-file.ts";
import { parseManyKeyed } from "./parse-numbers.ts";

export const bytesPerMib = 1_048_576;
/** The kernel keeps, and counts, whole pages. */
const pageBytes = 4096;

/** The keys of `memory.stat` that are summed for one figure. */
export interface MemoryStatKeys {
  /** What reclaim cannot give back without swap. */
  readonly inUse: readonly string[];
  /** Pages of files, shared memory not among them. */
  readonly cached: readonly string[];
  /** Of them what is not on the disk yet. */
  readonly dirty: readonly string[];
  /** What counts pages that were read again after reclaim: the first of them that the kernel has. */
  readonly refaulted: readonly string[];
  /** What lies in swap, where it is told here; else another file has it. */
  readonly swapped: readonly string[];
}

/** Tells what is in use from what is cached, by the kernel's statistics and what is charged. */
export class MemoryStatParser {
  readonly #keys: readonly Buffer[];
  readonly #ends: Readonly<Record<keyof MemoryStatKeys, number>>;

  constructor({ inUse, cached, dirty, refaulted, swapped }: MemoryStatKeys) {
    const keys = [...inUse, ...cached, ...dirty, ...refaulted, ...swapped];
    this.#keys = keys.map((key) => Buffer.from(key));
    const cachedEnd = inUse.length + cached.length;
    const refaultedEnd = cachedEnd + dirty.length + refaulted.length;
    this.#ends = {
      inUse: inUse.length,
      cached: cachedEnd,
      dirty: cachedEnd + dirty.length,
      refaulted: refaultedEnd,
      swapped: refaultedEnd + swapped.length,
    };
  }

  /**
   * The kernel's statistics may be 2 s old, what is charged is not. So what cannot be reclaimed is the
   * larger of what they say it is and of what is charged beyond the page cache: memory that was taken
   * since counts, where only one of the two would miss it.
   */
  parse(
    { bytes, length }: FileBytes,
    readMibCharged: () => number | undefined,
  ): MemoryReading | undefined {
    const numbers = parseManyKeyed(bytes, length, this.#keys);
    const chargedMib = readMibCharged();
    if (chargedMib === undefined) return undefined;
    const mibBetween = (from: number, end: number): number =>
      numbers.slice(from, end).reduce<number>((sum, each) => sum + (each ?? 0), 0) / bytesPerMib;
    const firstBetween = (from: number, end: number): number | undefined =>
      numbers.slice(from, end).find((each) => each !== undefined);
    const ends = this.#ends;
    const cachedMib = mibBetween(ends.inUse, ends.cached);
    const refaultedPages = firstBetween(ends.dirty, ends.refaulted);
    const swappedBytes = firstBetween(ends.refaulted, ends.swapped);
    return {
      chargedMib,
      cachedMib,
      dirtyMib: mibBetween(ends.cached, ends.dirty),
      unreclaimableMib: Math.max(mibBetween(0, ends.inUse), chargedMib - cachedMib),
      refaultedMib: refaultedPages && (refaultedPages * pageBytes) / bytesPerMib,
      swappedMib: swappedBytes && swappedBytes / bytesPerMib,
    };
  }
}

/**
 * Why a limit must not be lowered that far: what is in use would not fit. Growth between the look and the
 * write must fit into the margin as well: at 320 MiB/s, 16 MiB are 50 ms.
 */
export function refusalByUse(
  { unreclaimableMib, dirtyMib }: MemoryReading,
  wantedBytes: number,
): WriteRefusal | undefined {
  const wantedMib = wantedBytes / bytesPerMib;
  const floorMib = unreclaimableMib + dirtyMib;
  const marginMib = leastMemoryMarginMib(floorMib);
  if (floorMib + marginMib <= wantedMib) return undefined;
  const text =
    `${Math.ceil(floorMib)} MiB are in use that cannot be reclaimed or are not on the disk yet, ` +
    `with ${marginMib.toFixed(1)} MiB of margin more than ${wantedMib} MiB`;
  return { code: "memory-in-use", text };
}

export const isSameBytes = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) < pageBytes;
export const directionOf = (
  wanted: number | null,
  before: number | null,
): HowToWrite["direction"] =>
  wanted !== null && (before === null || wanted < before) ? "shrink" : "growth";
