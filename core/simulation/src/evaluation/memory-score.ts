import type { SimulatedHost } from "../host/simulated-host.ts";

/** How the memory of one container fared. */
export interface MemoryFigures {
  /** What could not be given back and the page cache that is read over and over ÷ the limit, over time. */
  readonly utilization: number;
  readonly changesPerMinute: number;
  /** Of the kernel, at a limit below what the owner allows: the owner's own would not have done it. */
  readonly kills: number;
  /** The share of time the program stood still, for a higher limit or for what had to be read again. */
  readonly stalledRatio: number;
  /** Page cache that was taken and read again, in MiB. */
  readonly refaultedMib: number;
}

export interface ScoredMemory {
  readonly host: SimulatedHost;
  readonly path: string;
  /** What counts as its limit where it has none. */
  readonly maxMib: number;
}

/** Looks at one container at the end of every step, before anybody acts on it. */
export class MemoryScore {
  readonly #memory: ReturnType<SimulatedHost["memoryOf"]>;
  readonly #maxMib: number;
  readonly #stepSeconds: number;
  #isCounting = false;
  #seconds = 0;
  #usedMibSeconds = 0;
  #limitMibSeconds = 0;
  #changes = 0;
  #kills = 0;
  #killsSeen = 0;
  #limitMib: number;
  #stallSecondsBefore = 0;
  #refaultedMibBefore = 0;

  constructor({ host, path, maxMib }: ScoredMemory, stepSeconds: number) {
    this.#memory = host.memoryOf(path);
    this.#maxMib = maxMib;
    this.#stepSeconds = stepSeconds;
    this.#limitMib = maxMib;
  }

  /** From now on all counts but kills, which always do. */
  begin(): void {
    this.#isCounting = true;
    this.#stallSecondsBefore = this.#memory.stallSeconds;
    this.#refaultedMibBefore = this.#refaultedMib;
  }

  noteChange(): void {
    if (this.#isCounting) this.#changes += 1;
  }

  step(): void {
    const { kills, usedMib, hotMib } = this.#memory;
    if (kills > this.#killsSeen && this.#limitMib < this.#maxMib) {
      this.#kills += kills - this.#killsSeen;
    }
    this.#killsSeen = kills;
    // The limit under which the next step goes on.
    this.#limitMib = Math.min(this.#memory.limitMib ?? this.#maxMib, this.#maxMib);
    if (!this.#isCounting) return;
    this.#seconds += this.#stepSeconds;
    this.#usedMibSeconds += (usedMib + hotMib) * this.#stepSeconds;
    this.#limitMibSeconds += this.#limitMib * this.#stepSeconds;
  }

  get #refaultedMib(): number {
    return this.#memory.read().refaultedMib ?? 0;
  }

  figures(): MemoryFigures {
    const stallSeconds = this.#memory.stallSeconds - this.#stallSecondsBefore;
    const perSecond = (sum: number): number => (this.#seconds > 0 ? sum / this.#seconds : 0);
    return {
      utilization: this.#limitMibSeconds > 0 ? this.#usedMibSeconds / this.#limitMibSeconds : 0,
      changesPerMinute: perSecond(this.#changes) * 60,
      kills: this.#kills,
      stalledRatio: perSecond(stallSeconds),
      refaultedMib: this.#refaultedMib - this.#refaultedMibBefore,
    };
  }
}
