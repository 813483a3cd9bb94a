import {
  type MemoryGrowth,
  type MonotonicSeconds,
  memoryMarginMib,
  withMemoryReading,
} from "@sc/domain";
import type { ControlGroup, MemoryReading } from "@sc/ports";

/**
 * How old the division into cache and the rest may be, seconds: where a policy moves the limit, where none
 * does, and where nothing runs that could change it.
 */
const divisionSeconds = { scaled: 1, observed: 5, idle: 60 } as const;
/** With less than this share of the limit left the division is read with every sample. */
const nearPercent = 20;
/** With less than both left beside what is in use, a limit is full. */
const fullMib = 8;
const fullPercent = 5;
/** So much more in use than when the division was read may as well be page cache: it is read again. */
const doubtfulMib = 16;

/**
 * Reads the memory of one container. What is charged is cheap to read and always of now; how much of it is
 * page cache costs six times as much and may be 2 s old by itself. So the cache is taken as it was last
 * seen, and all that is charged beyond it as in use: growth is noticed at once, at worst too early. Where a
 * limit hangs on it, a reading that is near the limit or has grown much is never taken on trust, and use
 * falls only where it was read.
 */
export class MemorySampler {
  readonly #group: SampledGroup;
  /** The newest reading of the division, and when it was made. */
  #division: (MemoryReading & { readonly at: MonotonicSeconds }) | undefined;
  #usedMib: number | undefined;
  #usedAt: MonotonicSeconds | undefined;
  #growth: MemoryGrowth | undefined;
  #kills: number | undefined;

  constructor(group: SampledGroup) {
    this.#group = group;
  }

  /** MiB that reclaim could not give back, as last sampled. */
  get usedMib(): number | undefined {
    return this.#usedMib;
  }

  sample(at: MonotonicSeconds, of: SampledLimit): void {
    const estimate = this.#estimateMib(at, of);
    const usedMib = estimate ?? this.#readDivision(at);
    // What was only estimated may be cache, which is no growth.
    if (estimate === undefined) this.#noteGrowth(usedMib, at);
    this.#usedMib = usedMib;
    this.#usedAt = usedMib === undefined ? undefined : at;
  }

  /** `undefined` where the division must be read. */
  #estimateMib(at: MonotonicSeconds, { tier, limitMib }: SampledLimit): number | undefined {
    const division = this.#division;
    if (division === undefined || at - division.at >= divisionSeconds[tier]) return undefined;
    const chargedMib = this.#group.readMemMibCharged();
    if (chargedMib === undefined) return undefined;
    const usedMib = Math.max(chargedMib - division.cachedMib, 0);
    if (tier !== "scaled") return usedMib;
    const isDoubtful = usedMib > division.unreclaimableMib + doubtfulMib;
    if (isDoubtful || isNear(usedMib, limitMib)) return undefined;
    // Less is charged: as likely cache that went, by a limit of ours that shrank, as use that fell.
    return Math.max(usedMib, division.unreclaimableMib);
  }

  #readDivision(at: MonotonicSeconds): number | undefined {
    const reading = this.#group.readMemory();
    this.#division = reading && { ...reading, at };
    return reading?.unreclaimableMib;
  }

  #noteGrowth(usedMib: number | undefined, at: MonotonicSeconds): void {
    if (usedMib === undefined || this.#usedMib === undefined || this.#usedAt === undefined) return;
    const seconds = at - this.#usedAt;
    if (seconds <= 0) return;
    const addedMib = usedMib - this.#usedMib;
    this.#growth = withMemoryReading(this.#growth, { addedMib, seconds, at });
  }

  /**
   * What is in use, what waits for the disk (the kernel would refuse a limit that needs its room, and throw
   * the rest of the page cache away), and a margin for growth until the next sample is acted on.
   */
  floorMib(sampleSeconds: number): number | undefined {
    if (this.#usedMib === undefined) return undefined;
    const dirtyMib = this.#division?.dirtyMib ?? 0;
    return Math.ceil(this.#usedMib + dirtyMib + memoryMarginMib(this.#growth, sampleSeconds));
  }

  /** Whether no page cache is left that would make room: what it waits for is a larger limit. */
  fills(limitMib: number | null | undefined): boolean {
    if (typeof limitMib !== "number" || this.#usedMib === undefined) return false;
    return this.#usedMib + Math.max(fullMib, (limitMib * fullPercent) / 100) >= limitMib;
  }

  /** Whether the kernel killed for want of memory since it was asked last. */
  hasKilled(): boolean {
    const kills = this.#group.readMemoryKills();
    const before = this.#kills;
    if (kills !== undefined) this.#kills = kills;
    return kills !== undefined && before !== undefined && kills > before;
  }
}

type SampledGroup = Pick<ControlGroup, "readMemMibCharged" | "readMemory" | "readMemoryKills">;

/** The limit the reading is for. */
export interface SampledLimit {
  readonly tier: keyof typeof divisionSeconds;
  /** `null` = none, `undefined` = not known. */
  readonly limitMib: number | null | undefined;
}

const isNear = (usedMib: number, limitMib: number | null | undefined): boolean =>
  typeof limitMib === "number" && usedMib > (limitMib * (100 - nearPercent)) / 100;
