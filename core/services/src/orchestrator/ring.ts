import { invariant } from "@sc/domain";

/** The newest `capacity` items; older ones make room. */
export class Ring<Item> {
  readonly #capacity: number;
  readonly #items: Item[] = [];
  /** Where the next item goes once the ring is full: the oldest item's place. */
  #next = 0;

  constructor(capacity: number) {
    invariant(Number.isInteger(capacity) && capacity > 0, "a ring holds at least one item");
    this.#capacity = capacity;
  }

  push(item: Item): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  oldest(): Item | undefined {
    const isFull = this.#items.length === this.#capacity;
    return this.#items[isFull ? this.#next : 0];
  }

  /** From the newest to the oldest. */
  *newestFirst(): Generator<Item, void, undefined> {
    const count = this.#items.length;
    for (let age = 1; age <= count; age += 1) {
      const item = this.#items[(this.#next - age + count) % count];
      if (item !== undefined) yield item;
    }
  }
}
