import type { MemoryReading } from "@sc/ports";
import type { WorkingSet } from "../demand/memory-program.ts";

/** Past a limit that brakes memory still grows so fast: 1 MiB in 9.5 s were measured. */
const slipMibPerSecond = 1 / 9.5;
/** How fast a write of the limit takes page cache: 1.5 GiB in 42 ms when clean, in 305 ms when dirty. */
const takenMibPerSecond = { clean: 1536 / 0.042, dirty: 1536 / 0.305 } as const;
/** What was taken and is read again comes from a disk of 100 MiB/s. */
const readMibPerSecond = 100;
/** Of the memory that lies in swap, so much is asked for a second. */
const touchedMibPerSecond = 100;

/**
 * The memory of one simulated group, as far as limits go. Page cache makes room for what cannot be
 * reclaimed: what was read once goes first, then what is read over and over, which is then missed. What does
 * not fit even then is pushed into swap, where there is some; else it waits for a larger limit, nearly
 * standing still, where the limit brakes (v2's `memory.high`), or is ended by the kernel. Ideal is the
 * order of reclaim: the kernel does not always find what was read once.
 */
export class Memory {
  limitMib: number | null = null;
  /** Set by tests. */
  hasGroupsInside = false;
  /** The limit is one of v2's `memory.high`: what does not fit waits, and the kernel tells. */
  isBraked = false;
  /** The owner's `memory.max` above it, which kills. */
  hardMib: number | null = null;
  swapMib = 0;
  /** Of the page cache what is not on the disk yet. */
  dirtyMib = 0;
  #isWaitOn = false;
  #waitingMib: number | undefined;
  #waits = 0;
  #usedMib = 0;
  /** Read once, and read over and over. */
  #coldMib = 0;
  #hotMib = 0;
  /** Of the working set what was ever read: the rest comes for the first time, which is no refault. */
  #seenMib = 0;
  #swappedMib = 0;
  #refaultedMib = 0;
  #stallSeconds = 0;
  #reclaimSeconds = 0;
  #kills = 0;

  /** Cannot be reclaimed. */
  get usedMib(): number {
    return this.#usedMib;
  }

  /** Page cache that is read over and over. */
  get hotMib(): number {
    return this.#hotMib;
  }

  get kills(): number {
    return this.#kills;
  }

  /** How often the group was made to wait. */
  get waits(): number {
    return this.#waits;
  }

  /** How long the program stood still, for a higher limit or for the disk. */
  get stallSeconds(): number {
    return this.#stallSeconds;
  }

  /** How long writers of the limit waited for reclaim. */
  get reclaimSeconds(): number {
    return this.#reclaimSeconds;
  }

  read(): MemoryReading {
    const cachedMib = this.#cachedMib;
    return {
      chargedMib: this.#usedMib + cachedMib,
      cachedMib,
      dirtyMib: Math.min(this.dirtyMib, cachedMib),
      unreclaimableMib: this.#usedMib,
      refaultedMib: this.#refaultedMib,
      swappedMib: this.swapMib > 0 ? this.#swappedMib : undefined,
    };
  }

  get #cachedMib(): number {
    return this.#coldMib + this.#hotMib;
  }

  /** The programs of the group now use so much, all at once. */
  use(usedMib: number): void {
    const most = this.#mostMib;
    this.#waitingMib = undefined;
    if (usedMib > most && (this.#isWaitOn || this.isBraked)) {
      if (this.isBraked) this.#waits += 1;
      this.#waitingMib = usedMib;
      this.#usedMib = most;
    } else if (usedMib > most) {
      this.#kill();
    } else this.#usedMib = usedMib;
    this.#makeRoom();
  }

  /** They want so much by the end of a stretch of time; answers which share of it they ran. */
  grow(wantedMib: number, seconds: number): number {
    this.#waitingMib = undefined;
    this.#swapIn(seconds);
    const residentMib = Math.max(wantedMib - this.#swappedMib, 0);
    const overMib = residentMib - this.#mostMib;
    const pushedMib = Math.min(Math.max(overMib, 0), this.swapMib - this.#swappedMib);
    this.#swappedMib += pushedMib;
    const ran = this.#take(residentMib - pushedMib, seconds);
    this.#stallSeconds += (1 - ran) * seconds;
    this.#makeRoom();
    return ran;
  }

  /** What lies in swap is asked for as much as the rest, and takes its place. */
  #swapIn(seconds: number): void {
    if (this.#swappedMib <= 0) return;
    const share = this.#swappedMib / (this.#swappedMib + this.#usedMib);
    const backMib = Math.min(touchedMibPerSecond * seconds * share, this.#swappedMib);
    this.#swappedMib -= backMib;
    this.#stallSeconds += backMib / readMibPerSecond;
  }

  #take(wantedMib: number, seconds: number): number {
    const before = this.#usedMib;
    const most = this.#mostMib;
    if (wantedMib <= most) {
      this.#usedMib = wantedMib;
      return 1;
    }
    const isOverHard = wantedMib > (this.hardMib ?? Number.POSITIVE_INFINITY);
    const slipMib = this.isBraked ? slipMibPerSecond * seconds : 0;
    const allowedMib = Math.min(wantedMib, Math.max(most, before) + slipMib);
    if ((!this.isBraked && !this.#isWaitOn) || (isOverHard && allowedMib >= Number(this.hardMib))) {
      this.#kill();
      return 0;
    }
    if (this.isBraked) this.#waits += 1;
    this.#waitingMib = wantedMib;
    this.#usedMib = allowedMib;
    return Math.min(Math.max((allowedMib - before) / (wantedMib - before), 0), 1);
  }

  #kill(): void {
    this.#kills += 1;
    this.#usedMib = 0;
    this.#swappedMib = 0;
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
    this.#hotMib = 0;
    this.#coldMib = cachedMib;
    this.#makeRoom();
    // It makes room for itself, and is counted among what waits all the same.
    if (this.isBraked && this.#coldMib < cachedMib) this.#waits += 1;
  }

  /** So much more was read, and will not be again; less: files that are gone. */
  readOnce(mib: number): void {
    this.#addCache(() => {
      this.#coldMib = Math.max(this.#coldMib + mib, 0);
    });
  }

  /** Files were read that had been before; what is not in the cache any more comes from the disk. */
  readAgain({ mib, mibPerSecond }: WorkingSet, seconds: number): void {
    const missingMib = Math.max(mib - this.#hotMib, 0);
    const missedMib = Math.min(mibPerSecond * seconds * (missingMib / mib), missingMib);
    const takenMib = Math.max(this.#seenMib - this.#hotMib, 0);
    const againMib = missingMib > 0 ? (missedMib * takenMib) / missingMib : 0;
    this.#seenMib += missedMib - againMib;
    this.#refaultedMib += againMib;
    this.#stallSeconds += againMib / readMibPerSecond;
    this.#addCache(() => {
      this.#hotMib += missedMib;
    });
  }

  #addCache(add: () => void): void {
    add();
    const before = this.#cachedMib;
    this.#makeRoom();
    if (this.isBraked && this.#cachedMib < before) this.#waits += 1;
  }

  /** A limit below what is in use is refused, and the page cache is gone all the same. */
  setLimit(limitMib: number | null): "taken" | "busy" {
    if (limitMib !== null && limitMib < this.#usedMib) {
      this.#noteReclaim(this.#cachedMib);
      this.#coldMib = 0;
      this.#hotMib = 0;
      return "busy";
    }
    this.limitMib = limitMib;
    const before = this.#cachedMib;
    this.#makeRoom();
    this.#noteReclaim(before - this.#cachedMib);
    this.#goOn();
    return "taken";
  }

  #noteReclaim(takenMib: number): void {
    const left = this.#cachedMib;
    // What is clean goes first.
    const dirtyMib = Math.max(Math.min(this.dirtyMib, left + takenMib) - left, 0);
    this.dirtyMib = Math.max(this.dirtyMib - dirtyMib, 0);
    this.#reclaimSeconds += (takenMib - dirtyMib) / takenMibPerSecond.clean;
    this.#reclaimSeconds += dirtyMib / takenMibPerSecond.dirty;
  }

  get #mostMib(): number {
    return Math.min(
      this.limitMib ?? Number.POSITIVE_INFINITY,
      this.hardMib ?? Number.POSITIVE_INFINITY,
    );
  }

  #makeRoom(): void {
    const overMib = this.#usedMib + this.#cachedMib - this.#mostMib;
    if (overMib <= 0) return;
    const coldMib = Math.min(this.#coldMib, overMib);
    this.#coldMib -= coldMib;
    this.#hotMib = Math.max(this.#hotMib - (overMib - coldMib), 0);
  }
}
