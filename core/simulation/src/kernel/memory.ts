import type { MemoryReading } from "@sc/ports";

/**
 * The memory of one simulated group, as far as limits go: page cache makes room for what cannot be
 * reclaimed, and what does not fit even then is ended by the kernel, or waits for a larger limit where the
 * limit brakes (v2's `memory.high`). Nothing is swapped.
 */
export class Memory {
  limitMib: number | null = null;
  /** Set by tests. */
  hasGroupsInside = false;
  /** What does not fit waits for a higher limit instead of being ended. */
  /** The limit is one of v2's `memory.high`: what does not fit waits, and the kernel tells. */
  isBraked = false;
  #isWaitOn = false;
  #waitingMib: number | undefined;
  #waits = 0;
  #usedMib = 0;
  #cachedMib = 0;
  #kills = 0;

  /** Cannot be reclaimed. */
  get usedMib(): number {
    return this.#usedMib;
  }

  get kills(): number {
    return this.#kills;
  }

  /** How often the group was made to wait. */
  get waits(): number {
    return this.#waits;
  }

  read(): MemoryReading {
    const chargedMib = this.#usedMib + this.#cachedMib;
    const cachedMib = this.#cachedMib;
    return {
      chargedMib,
      cachedMib,
      dirtyMib: 0,
      unreclaimableMib: this.#usedMib,
      refaultedMib: 0,
      swappedMib: undefined,
    };
  }

  /** The programs of the group now use so much. */
  use(usedMib: number): void {
    const most = this.limitMib ?? Number.POSITIVE_INFINITY;
    this.#waitingMib = undefined;
    if (usedMib > most && (this.#isWaitOn || this.isBraked)) {
      if (this.isBraked) this.#waits += 1;
      this.#waitingMib = usedMib;
      this.#usedMib = most;
      this.#makeRoom();
      return;
    }
    if (usedMib > most) {
      this.#kills += 1;
      this.#usedMib = 0;
      return;
    }
    this.#usedMib = usedMib;
    this.#makeRoom();
  }

  get isWaitOn(): boolean {
    return this.#isWaitOn;
  }

  get isWaiting(): boolean {
    return this.#waitingMib !== undefined;
  }

  setWait(isOn: boolean): void {
    this.#isWaitOn = isOn;
    this.#goOn();
  }

  /** What waited tries again. */
  #goOn(): void {
    if (this.#waitingMib !== undefined) this.use(this.#waitingMib);
  }

  /** They read files: so much of them stays in the cache, if there is room. */
  cache(cachedMib: number): void {
    this.#cachedMib = cachedMib;
    this.#makeRoom();
    // It makes room for itself, and is counted among what waits all the same.
    if (this.isBraked && this.#cachedMib < cachedMib) this.#waits += 1;
  }

  /** A limit below what is in use is refused, and the page cache is gone all the same. */
  setLimit(limitMib: number | null): "taken" | "busy" {
    if (limitMib !== null && limitMib < this.#usedMib) {
      this.#cachedMib = 0;
      return "busy";
    }
    this.limitMib = limitMib;
    this.#makeRoom();
    this.#goOn();
    return "taken";
  }

  #makeRoom(): void {
    if (this.limitMib === null) return;
    this.#cachedMib = Math.min(this.#cachedMib, this.limitMib - this.#usedMib);
  }
}
