import { invariant } from "../invariant.ts";
import type { ContainerId } from "../structure/container.ts";
import type { Resource } from "../structure/resource.ts";

/**
 * A host's book of one resource: what is granted to whom, in the resource's unit. It counts what we hold,
 * the limits of containers in auto; what everything else uses is taken off what may be granted.
 *
 * Every change and every judgement asks for the sum. Summing a thousand grants anew is too slow for that,
 * and a running sum would drift with rounding and could not be trusted. So the sums of pairs are kept, and
 * of pairs of pairs: a grant that changes makes a dozen of them anew, each from what it sums.
 */
export class Ledger {
  readonly #places = new Map<ContainerId, number>();
  readonly #freePlaces: number[] = [];
  /** The sum of node n is that of nodes 2n and 2n + 1; the later half are the grants. */
  #sums = new Float64Array(2);

  get granted(): number {
    return this.#sums[1] ?? 0;
  }

  grantOf(id: ContainerId): number | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#sums[this.#size + place];
  }

  grant(id: ContainerId, amount: number): void {
    invariant(Number.isFinite(amount) && amount >= 0, "a grant is an amount, not negative");
    this.#put(this.#places.get(id) ?? this.#newPlace(id), amount);
  }

  remove(id: ContainerId): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#put(place, 0);
    this.#places.delete(id);
    this.#freePlaces.push(place);
  }

  get #size(): number {
    return this.#sums.length / 2;
  }

  #newPlace(id: ContainerId): number {
    const place = this.#freePlaces.pop() ?? this.#places.size;
    if (place >= this.#size) this.#grow();
    this.#places.set(id, place);
    return place;
  }

  #put(place: number, amount: number): void {
    const sums = this.#sums;
    let node = this.#size + place;
    sums[node] = amount;
    for (node >>= 1; node > 0; node >>= 1) sums[node] = sumOfPair(sums, node);
  }

  #grow(): void {
    const before = this.#sums.subarray(this.#size);
    this.#sums = new Float64Array(this.#sums.length * 2);
    this.#sums.set(before, this.#size);
    for (let node = this.#size - 1; node > 0; node -= 1) {
      this.#sums[node] = sumOfPair(this.#sums, node);
    }
  }
}

const sumOfPair = (sums: Float64Array, node: number): number =>
  (sums[2 * node] ?? 0) + (sums[2 * node + 1] ?? 0);

export interface HostCapacity {
  readonly total: number;
  /** What is never granted. */
  readonly reserve: number;
  /** How often the capacity may be granted; 1 = once. */
  readonly overcommit: number;
  /** What everything outside auto uses; `undefined` until it was measured. */
  readonly outside: number | undefined;
}

/**
 * What may be granted in all. Missing is not zero: while nothing is known of the use outside, no more is
 * granted than is.
 */
export function grantable(capacity: HostCapacity, ledger: Pick<Ledger, "granted">): number {
  const { total, reserve, overcommit, outside } = capacity;
  if (outside === undefined) return ledger.granted;
  return Math.max(0, (total - reserve - outside) * overcommit);
}

/** From this size on a host keeps so much memory for itself, whatever the percentage says. */
const largeHostMib = 8192;
const leastMemReserveMib = 2048;

/**
 * What is kept back of a resource, in its unit. A small share of memory is too little for a host to live
 * on; who says 0 percent means none.
 */
export function reserveOf(resource: Resource, total: number, percent: number): number {
  const share = (total * percent) / 100;
  if (share === 0) return 0;
  return resource === "mem" && total >= largeHostMib ? Math.max(share, leastMemReserveMib) : share;
}
