/** How many points all series together may hold. */
export interface PointBudget {
  left: number;
}

/** What became of a point. */
export type Placement = "newest" | "late" | "again";

const pointsAtFirst = 8;
/** Of one series; at one in 5 s more than an hour. */
const pointsMost = 1024;

/**
 * The points of one series, by their time. A room that doubles until the series has its most, or all
 * series together have theirs; from then on the oldest make room.
 */
export class PostedSeries {
  readonly tags: Readonly<Record<string, string>>;
  readonly #budget: PointBudget;
  #stamps: Float64Array;
  #values: Float64Array;
  #count = 0;

  /** The budget has room for a beginning. */
  constructor(tags: Readonly<Record<string, string>>, budget: PointBudget) {
    this.tags = tags;
    this.#budget = budget;
    budget.left -= pointsAtFirst;
    this.#stamps = new Float64Array(pointsAtFirst);
    this.#values = new Float64Array(pointsAtFirst);
  }

  static hasRoom(budget: PointBudget): boolean {
    return budget.left >= pointsAtFirst;
  }

  get newest(): number {
    return this.#stamps[this.#count - 1] ?? Number.NEGATIVE_INFINITY;
  }

  /** The same time again: the last word counts. */
  put(stamp: number, value: number): Placement {
    if (stamp > this.newest) {
      this.#insert(this.#count, stamp, value);
      return "newest";
    }
    const place = this.#placeOf(stamp);
    if (this.#stamps[place] === stamp) {
      this.#values[place] = value;
      return "again";
    }
    this.#insert(place, stamp, value);
    return "late";
  }

  /** Calls `take` for every point from `from` until `to`, both included, in the order of time. */
  each(from: number, to: number, take: (stamp: number, value: number) => void): void {
    for (let place = this.#placeOf(from); place < this.#count; place += 1) {
      const stamp = this.#stamps[place] ?? 0;
      if (stamp > to) return;
      take(stamp, this.#values[place] ?? 0);
    }
  }

  /** Gives back what it has of before, and the room it does not need. */
  forgetBefore(stamp: number): void {
    const gone = this.#placeOf(stamp);
    if (gone > 0) this.#move(gone, 0);
    let room = this.#stamps.length;
    while (room > pointsAtFirst && this.#count <= room / 4) room /= 2;
    if (room < this.#stamps.length) this.#resize(room);
  }

  /** Nothing of it is used any more. */
  giveBack(): void {
    this.#budget.left += this.#stamps.length;
  }

  #insert(at: number, stamp: number, value: number): void {
    let place = at;
    if (this.#count === this.#stamps.length && !this.#grow()) {
      // Older than all there is, and there is no room for more.
      if (place === 0) return;
      const gone = Math.min(place, this.#count >> 2);
      this.#move(gone, 0);
      place -= gone;
    }
    if (place < this.#count) {
      this.#stamps.copyWithin(place + 1, place, this.#count);
      this.#values.copyWithin(place + 1, place, this.#count);
    }
    this.#stamps[place] = stamp;
    this.#values[place] = value;
    this.#count += 1;
  }

  #grow(): boolean {
    const room = this.#stamps.length;
    if (room >= pointsMost || this.#budget.left < room) return false;
    this.#resize(room * 2);
    return true;
  }

  #resize(room: number): void {
    const { length } = this.#stamps;
    const stamps = new Float64Array(room);
    const values = new Float64Array(room);
    stamps.set(this.#stamps.subarray(0, this.#count));
    values.set(this.#values.subarray(0, this.#count));
    this.#stamps = stamps;
    this.#values = values;
    this.#budget.left += length - room;
  }

  #move(from: number, to: number): void {
    this.#stamps.copyWithin(to, from, this.#count);
    this.#values.copyWithin(to, from, this.#count);
    this.#count -= from - to;
  }

  /** Of the first point that is not before. */
  #placeOf(stamp: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stamps[middle] ?? 0) < stamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
