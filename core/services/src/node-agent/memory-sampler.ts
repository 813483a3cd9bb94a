import {
  leastMemoryMarginMib,
  type MemoryGrowth,
  type MemoryUse,
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
/** What the kernel tells of between two ticks is judged by a division of now. */
const pressedSeconds = 0.05;
/** With less than this share of it, or than half of the least margin, left, a limit is full. */
const fullPercent = 5;
/** What is read again after reclaim is counted over so long. */
const refaultSeconds = 1;
/** Growth that turns cache into use unseen is no faster. */
const unseenMibPerSecond = 1000;
/** So little cache hides no growth worth a reading. */
const hidingMib = 4;

/**
 * Reads the memory of one container. What is charged is cheap to read and always of now; how much of it is
 * page cache costs six times as much and may be 2 s old by itself. So the cache is taken as it was last
 * seen, and all that is charged beyond it as in use: growth is noticed at once, at worst too early. Where a
 * limit hangs on it, use that has grown much is never taken on trust, and falls only where it was read.
 *
 * One growth is not charged: that which takes the place of cache, once all that is charged fills the limit.
 * There the division is read again before the cache could be gone; not where such growth only waits, as the
 * kernel tells of that by itself, and not where nothing ran.
 */
export class MemorySampler {
  readonly #group: SampledGroup;
  /** The newest reading of the division, and when it was made. */
  #division: (MemoryReading & { readonly at: MonotonicSeconds }) | undefined;
  #usedMib: number | undefined;
  #usedAt: MonotonicSeconds | undefined;
  #growth: MemoryGrowth | undefined;
  #kills: number | undefined;
  #refaults: { readonly refaultedMib: number; readonly at: MonotonicSeconds } | undefined;
  #refaultMibPerSecond: number | undefined;

  constructor(group: SampledGroup) {
    this.#group = group;
  }

  /** MiB that reclaim could not give back, as last sampled. */
  get usedMib(): number | undefined {
    return this.#usedMib;
  }

  /** What stands behind the use; `undefined` before the first reading. */
  use(isBraked: boolean): MemoryUse | undefined {
    if (this.#division === undefined) return undefined;
    const { cachedMib, dirtyMib, swappedMib } = this.#division;
    const refaultMibPerSecond = this.#refaultMibPerSecond;
    return { cachedMib, dirtyMib, refaultMibPerSecond, swappedMib, isBraked };
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
  #estimateMib(at: MonotonicSeconds, of: SampledLimit): number | undefined {
    const division = this.#division;
    const { tier, isPressed = false } = of;
    const mostSeconds = isPressed ? pressedSeconds : divisionSeconds[tier];
    if (division === undefined || at - division.at >= mostSeconds) return undefined;
    const chargedMib = this.#group.readMemMibCharged();
    if (chargedMib === undefined) return undefined;
    const usedMib = Math.max(chargedMib - division.cachedMib, 0);
    if (tier !== "scaled") return usedMib;
    const doubtfulMib = leastMemoryMarginMib(division.unreclaimableMib);
    if (usedMib > division.unreclaimableMib + doubtfulMib) return undefined;
    const ageSeconds = at - division.at;
    if (this.#mayHideGrowth({ usedMib, chargedMib, ageSeconds, at }, of)) return undefined;
    // Less is charged: as likely cache that went, by a limit of ours that shrank, as use that fell.
    return Math.max(usedMib, division.unreclaimableMib);
  }

  /** Whether use may have taken the place of cache since the division was read, and all of the room soon. */
  #mayHideGrowth(now: Estimated, of: SampledLimit): boolean {
    const { limitMib, isBraked, hasRun, sampleSeconds = 0 } = of;
    if (isBraked === true || hasRun === false || typeof limitMib !== "number") return false;
    if (now.chargedMib - now.usedMib < hidingMib) return false;
    const marginMib = memoryMarginMib(this.#growth, { ...now, sampleSeconds });
    if (limitMib - now.chargedMib > marginMib) return false;
    return now.ageSeconds >= (limitMib - now.usedMib - marginMib) / unseenMibPerSecond;
  }

  #readDivision(at: MonotonicSeconds): number | undefined {
    const reading = this.#group.readMemory();
    this.#division = reading && { ...reading, at };
    this.#noteRefaults(reading?.refaultedMib, at);
    return reading?.unreclaimableMib;
  }

  /** Over a second at least: within a tenth of one a single file that is read again would be a flood. */
  #noteRefaults(refaultedMib: number | undefined, at: MonotonicSeconds): void {
    const before = this.#refaults;
    const seconds = before === undefined ? 0 : at - before.at;
    if (before !== undefined && seconds < refaultSeconds) return;
    this.#refaults = refaultedMib === undefined ? undefined : { refaultedMib, at };
    const addedMib = before && refaultedMib && refaultedMib - before.refaultedMib;
    this.#refaultMibPerSecond = addedMib && Math.max(addedMib, 0) / seconds;
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
    if (this.#usedMib === undefined || this.#usedAt === undefined) return undefined;
    const dirtyMib = this.#division?.dirtyMib ?? 0;
    const of = { usedMib: this.#usedMib, at: this.#usedAt, sampleSeconds };
    return Math.ceil(this.#usedMib + dirtyMib + memoryMarginMib(this.#growth, of));
  }

  /** Whether no page cache is left that would make room: what it waits for is a larger limit. */
  fills(limitMib: number | null | undefined): boolean {
    if (typeof limitMib !== "number" || this.#usedMib === undefined) return false;
    const fullMib = leastMemoryMarginMib(this.#usedMib) / 2;
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
  /** What exceeds it waits, and the kernel tells of it. */
  readonly isBraked?: boolean;
  /** The kernel told of it just now. */
  readonly isPressed?: boolean;
  /** Whether a program of the container used the cpu since the sample before; not known = it did. */
  readonly hasRun?: boolean;
  /** Between two samples; absent where nobody scales it. */
  readonly sampleSeconds?: number;
}

interface Estimated {
  readonly usedMib: number;
  readonly chargedMib: number;
  readonly ageSeconds: number;
  readonly at: MonotonicSeconds;
}
