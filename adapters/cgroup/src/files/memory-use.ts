import type { MemoryReading, WriteRefusal } from "@sc/ports";
import type { HowToWrite } from "./blocking-writer.ts";
import type { FileBytes } from "./group-file.ts";
import { parseManyKeyed } from "./parse-numbers.ts";

export const bytesPerMib = 1_048_576;
/**
 * Kept free above what cannot be reclaimed. Growth between the look and the write must fit in it:
 * at 320 MiB/s, 16 MiB are 50 ms.
 */
const marginMib = 16;

/** The keys of `memory.stat` that are summed for one figure. */
export interface MemoryStatKeys {
  /** What reclaim cannot give back without swap. */
  readonly inUse: readonly string[];
  /** Pages of files, shared memory not among them. */
  readonly cached: readonly string[];
  /** Of them what is not on the disk yet. */
  readonly dirty: readonly string[];
}

/** Tells what is in use from what is cached, by the kernel's statistics and what is charged. */
export class MemoryStatParser {
  readonly #keys: readonly Buffer[];
  readonly #ends: readonly [number, number];

  constructor({ inUse, cached, dirty }: MemoryStatKeys) {
    this.#keys = [...inUse, ...cached, ...dirty].map((key) => Buffer.from(key));
    this.#ends = [inUse.length, inUse.length + cached.length];
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
    const mibBetween = (from: number, end?: number): number =>
      numbers.slice(from, end).reduce<number>((sum, each) => sum + (each ?? 0), 0) / bytesPerMib;
    const [inUseEnd, cachedEnd] = this.#ends;
    const cachedMib = mibBetween(inUseEnd, cachedEnd);
    const unreclaimableMib = Math.max(mibBetween(0, inUseEnd), chargedMib - cachedMib);
    return { chargedMib, cachedMib, dirtyMib: mibBetween(cachedEnd), unreclaimableMib };
  }
}

/** Why a limit must not be lowered that far: what is in use would not fit. */
export function refusalByUse(
  { unreclaimableMib, dirtyMib }: MemoryReading,
  wantedBytes: number,
): WriteRefusal | undefined {
  const wantedMib = wantedBytes / bytesPerMib;
  const floorMib = unreclaimableMib + dirtyMib;
  if (floorMib + marginMib <= wantedMib) return undefined;
  const text =
    `${Math.ceil(floorMib)} MiB are in use that cannot be reclaimed or are not on the disk yet, ` +
    `with ${marginMib} MiB of margin more than ${wantedMib} MiB`;
  return { code: "memory-in-use", text };
}

/** The kernel keeps whole pages. */
const pageBytes = 4096;
export const isSameBytes = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) < pageBytes;
export const directionOf = (
  wanted: number | null,
  before: number | null,
): HowToWrite["direction"] =>
  wanted !== null && (before === null || wanted < before) ? "shrink" : "growth";
